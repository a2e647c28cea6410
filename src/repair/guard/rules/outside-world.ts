import { java, type PatternRule, patternRules, script } from "./pattern-rule.ts";

const connections = patternRules({ rule: "hosts", seen: "new", text: "code", isFineInTests: true }, [
  [
    java,
    /\bnew (?:URL|URI|Socket|ServerSocket|DatagramSocket|InetSocketAddress|RestTemplate|OkHttpClient|HttpPost|HttpGet)\(|\bURI\.create\(|\bHttpClient\b|\bHttpURLConnection\b|\bopenConnection\(|\bopenStream\(|\bRestClient\b|\bWebClient\b|\bInetAddress\b|\bSocketChannel\b|\bHttpRequest\b|\bJavaMailSender\b|\bTransport\.send\b|\.readText\(\)|\bJsoup\b|\bUnirest\b/g,
    "a connection to somewhere",
  ],
  [
    script,
    /\bfetch\(|\baxios\b|\bgot\(|\brequest\(|\bhttps?\.(?:get|request|createServer)\b|\bnet\.\w+|\btls\.\w+|\bdns\.\w+|\bdgram\b|\bWebSocket\(|\bEventSource\(|\bsendBeacon\(|\bXMLHttpRequest\b|\bundici\b|\bsuperagent\b|\bky\(|\bnew URL\(|\bnodemailer\b|\bsendMail\(|\.src=(?!=)|\.href=(?!=)|\blisten\(|\bDeno\.\w+|\bBun\.\w+|\bimportScripts\(/g,
    "a connection to somewhere",
  ],
  [
    ["python"],
    /\brequests\.\w+\(|\burllib\b|\burlopen\(|\bhttpx\.|\baiohttp\b|\bhttp\.client\b|\bsocket\.\w+|\bsmtplib\b|\bftplib\b|\btelnetlib\b|\bparamiko\b|\bwebsockets?\b|\bpycurl\b|\burllib3\b|\bxmlrpc\b|\bsend_mail\(|\bboto3\b|\bdns\.resolver/g,
    "a connection to somewhere",
  ],
  [
    ["go"],
    /\bhttp\.(?:Get|Post|PostForm|Head|NewRequest\w*|ListenAndServe\w*|Client|Transport|DefaultClient|DefaultTransport)\b|\bnet\.(?:Dial\w*|Listen\w*|Lookup\w*|Resolve\w*)\b|\bsmtp\.\w+|\brpc\.Dial\w*|\bgrpc\.Dial\w*|\bwebsocket\.\w+|\burl\.URL\b/g,
    "a connection to somewhere",
  ],
  [
    ["csharp"],
    /\bHttpClient\b|\bWebClient\b|\bWebRequest\b|\bTcpClient\b|\bUdpClient\b|\bnew Socket\(|\bnew Uri\(|\bDns\.\w+|\bSmtpClient\b|\bRestClient\b|\bClientWebSocket\b|\bHttpRequestMessage\b/g,
    "a connection to somewhere",
  ],
  [
    ["php"],
    /\bcurl_\w+\(|\bfsockopen\(|\bpfsockopen\(|\bstream_(?:socket|context)\w*\(|\bsocket_\w+\(|\bfile_get_contents\(|\bfopen\(|\bftp_\w+\(|\bSoapClient\b|\bGuzzle\w*|\bHttp::|\bgethostby\w+|\bdns_\w+\(|\breadfile\(|\bcopy\(|\bimap_\w+|\bgetimagesize\(/g,
    "a connection to somewhere, or a file",
  ],
  [
    ["ruby"],
    /\bNet::\w+|\bURI\.open\b|\bURI\(|\bHTTParty\b|\bFaraday\b|\bRestClient\b|\bTCPSocket\b|\bUDPSocket\b|\bUNIXSocket\b|\bSocket\.\w+|\bHTTP\.\w+|\bTyphoeus\b|\bExcon\b|\bopen-uri\b|\bResolv\b|\bdeliver(?:_now|_later)?\b/g,
    "a connection to somewhere",
  ],
  [
    ["rust"],
    /\breqwest\b|\bTcpStream\b|\bTcpListener\b|\bUdpSocket\b|\bUnixStream\b|\bhyper::|\bureq\b|\bsurf\b|\bisahc\b|\bcurl::|\btungstenite\b|\blettre\b/g,
    "a connection to somewhere",
  ],
]);

const addresses = patternRules({ rule: "hosts", seen: "new", text: "code", isFineInTests: true }, [
  [
    null,
    /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'`<>\\)]{0,120}|["'`]\/\/[\w-]+\.[\w.-]+|(?<![\d.\w])(?:\d{1,3}\.){3}\d{1,3}(?![\d.\w])|["'`@](?:[\w-]{1,60}\.){1,6}(?:com|net|org|edu|gov|mil|info|biz|io|xyz|site|online|cloud|onion|ru|cn|kr|jp|de|uk|eu|tk|top|dev|ai|sh|ly|gg|internal|local|localhost)(?::\d+)?(?:\/[^"'`]*)?["'`]|\blocalhost\b|["'`](?:https?|wss?|ftps?):?(?:\/\/)?["'`]|:?\/\/\$\{|["'`]\.?(?:com|net|org|io)["'`]|["'`]\/\/["'`]|["'`](?:mailto|javascript|data|jdbc|ldap|rmi|jndi|file|gopher|dict|tel):[\w/]/gi,
    "an address that was not there",
  ],
]);

/** Tests may speak to addresses that lead nowhere. */
const addressesOfTests = patternRules({ rule: "hosts", seen: "new", text: "code" }, [
  [
    null,
    /\b(?:https?|wss?|ftps?|jdbc:\w+|redis|amqps?|ldaps?|smtp|ssh|file):\/\/(?!(?:[\w.-]+\.)?example\.(?:com|org|net)\b|[\w.-]+\.(?:test|example|invalid|local)\b|localhost\b|127\.|\[::1\]|\$\{|\{|%|["'`])[^\s"'`<>\\)]{0,120}/gi,
    "an address that was not there",
  ],
]);

const files = patternRules({ rule: "file-access", seen: "new", text: "code" }, [
  [
    java,
    /\bFiles\.(?:delete\w*|write\w*|move|copy|create\w*|newOutputStream|newBufferedWriter|set\w+)\(|\.delete(?:OnExit|Recursively)?\(\)|\bdeleteIfExists\(|\bFileUtils\.\w+|\bnew (?:FileWriter|FileOutputStream|RandomAccessFile|PrintWriter|BufferedWriter|FileInputStream|FileReader|File)\(|\.writeText\(|\.appendText\(|\.writeBytes\(|\bFileSystemUtils\b|\bPaths?\.(?:get|of)\(|\bTRUNCATE_EXISTING\b/g,
    "files are deleted, written or opened",
  ],
  [
    script,
    /\b(?:fs|fsp|promises|fsPromises)\??\.\w+|\b(?:unlink|rm|rmdir|rmSync|unlinkSync|rmdirSync|writeFile|writeFileSync|appendFile\w*|createWriteStream|createReadStream|readFile|readFileSync|truncate\w*|copyFile\w*|rename(?:Sync)?|chmod\w*|chown\w*|symlink\w*|mkdtemp\w*|rimraf|del|remove(?:Sync)|emptyDir\w*|outputFile\w*)\(|["'](?:node:)?fs(?:\/promises)?["']|\brimraf\b|\bfs-extra\b|\blocalStorage\.(?:clear|removeItem)\b/g,
    "files are deleted, written or opened",
  ],
  [
    ["python"],
    /\bos\.(?:remove|unlink|rmdir|removedirs|rename\w*|replace|truncate|mkdir|makedirs|symlink|link|open|write)\b|\bshutil\.\w+|(?<![\w.])open\(|\.unlink\(|\.rmdir\(|\.write_text\(|\.write_bytes\(|\.open\(|\.read_text\(|\btempfile\.\w+|\bPath\([^)]*\)\.(?:unlink|rename|rmdir)|\bsend2trash\b|\bZipFile\b|\bextractall\b/g,
    "files are deleted, written or opened",
  ],
  [
    ["go"],
    /\bos\.(?:Remove\w*|Rename|Truncate|Create\w*|OpenFile|Open|WriteFile|ReadFile|Mkdir\w*|Symlink|Link)\b|\bioutil\.(?:WriteFile|ReadFile|TempFile|TempDir)\b|\bfilepath\.Walk\w*/g,
    "files are deleted, written or opened",
  ],
  [
    ["csharp"],
    /\bFile\.\w+\(|\bDirectory\.\w+\(|\bnew (?:FileStream|StreamWriter|StreamReader|FileInfo|DirectoryInfo)\(|\bFileInfo\b|\bDirectoryInfo\b|\bPath\.GetTempPath\b|\bIsolatedStorage\w*/g,
    "files are deleted, written or opened",
  ],
  [
    ["php"],
    /\bunlink\(|\brmdir\(|\bfile_put_contents\(|\bfwrite\(|\bfputs\(|\brename\(|\btouch\(|\bmkdir\(|\bchmod\(|\bchown\(|\bsymlink\(|\bmove_uploaded_file\(|\bfile\(|\bscandir\(|\bglob\(|\btempnam\(|\bparse_ini_file\(|\bSplFileObject\b|\bStorage::\w+|\bFile::\w+|\bFilesystem\b/g,
    "files are deleted, written or opened",
  ],
  [
    ["ruby"],
    /\bFile\.(?!join\b|basename\b|extname\b|dirname\b|exist\?)\w+|\bFileUtils\b|\bDir\.\w+|\bIO\.\w+|\bPathname\b|\bTempfile\b|(?<![\w.])open[ (]|\bdelete_all\b|\bdestroy_all\b|\bupdate_all\b|\bdestroy!?(?:$|[^\w?])/g,
    "files or rows are deleted, written or opened",
  ],
  [
    ["rust"],
    /\bfs::\w+|\bFile::\w+|\bOpenOptions\b|\bremove_(?:file|dir\w*)\b|\btempfile::/g,
    "files are deleted, written or opened",
  ],
  [
    null,
    /["'`](?:\/etc\/|\/proc\/|\/root|\/var\/|\/home\/|\/dev\/|\/sys\/|~\/|[A-Z]:\\\\)[^"'`]*["'`]|["'`][^"'`\n]*\.\.\/[^"'`\n]*\.\.\/(?:etc|proc|root)|["'`]\.env["'`.]|\.ssh\/|id_rsa\b/g,
    "a path outside of the program",
  ],
]);

const sql = patternRules({ rule: "sql", seen: "touched", text: "code" }, [
  [
    null,
    /\bcreateNativeQuery\(|\$(?:query|execute)RawUnsafe\b|\b(?:where|order|group|having|select|join|from)Raw\(|\bFromSql(?:Raw|Interpolated)?\(|\bExecuteSql\w*\(|\bfind_by_sql\b|\bArel\.sql\b|\bexec_query\b|\bselect_(?:all|rows|values?)\(|\.extra\(|\bRawSQL\(|\bDB::(?:raw|statement|unprepared|select)\(|\bsqlx::query\(&|\bmysql_query\(|\bmysqli_query\(|\bpg_query\(|\bexecutescript\(|\bsql\.raw\(|\bPrisma\.raw\(|\bliteral\(["'`]?|\bmultipleStatements\b|\bcreateStatement\(/g,
    "SQL by itself, past what binds its values",
  ],
]);

const waiting = patternRules({ rule: "waiting", seen: "new", text: "code" }, [
  [
    null,
    /\bwhile\((?:true|1|!0|!false|!!1)\)|\bwhile (?:True|1|true|not False)\b|\bfor\(;;\)|\bfor\(;(?:true|1|!0)?;[^)]{0,40}\)|\bloop\{|\bloop do\b|\buntil(?: false|\(false\))|\bwhile(?:\(|\s)(?:1==1|1===1|\d+<\d+)|\bdo\{|\bgoto\b|\bfor _ in (?:itertools\.)?(?:count|cycle|repeat)\(|\b0\.\.\)|\bwhile ?\(?\(?[\w.$]{1,80}(?:===?(?:null|undefined|nil|None)| is None)|\bwhile\(!|\bwhile not\b|\bfor [\w.]{1,80}==nil\{|\brepeat\(\d|\brange\(\d[\d_]{3,}|\b(?:until |\.\.)\d[\d_]{3,}|\bgenerateSequence\{|\bStream\.(?:generate|iterate)\(|\bfor(?:;|\{)/g,
    "a loop that may not end",
  ],
  [
    null,
    /\b\w*retr(?:y|ies|ying|yable|ied)\w*\b|\b\w*backoff\w*\b|\b\w*polling\b|\btenacity\b|\bresilience4j\b|\bPolly\b|\bcockatiel\b|\bmax_?attempts?\b|\bredo\b/gi,
    "something is tried again",
  ],
  [
    null,
    /\bInteger\.MAX_VALUE\b|\bLong\.MAX_VALUE\b|\bInt\.MAX_VALUE\b|\bMAX_SAFE_INTEGER\b|\bMAX_VALUE\b|(?<![.\w])Infinity\b|\bPOSITIVE_INFINITY\b|\bsys\.maxsize\b|\bfloat\(["']inf["']\)|\bmath\.(?:MaxInt\w*|inf)\b|\bint\.MaxValue\b|\bPHP_INT_MAX\b|\b[ui](?:8|16|32|64|128|size)::MAX\b|\bFloat::INFINITY\b|\btimeouts?["']?(?:=>|=|:)(?:0|None|null|nil|undefined|-1|false)\b|\bInfiniteTimeSpan\b|\bTimeout\.Infinite\b|\bset_?time_?limit\(|\bDuration::MAX\b/gi,
    "a limit is taken off",
  ],
  [
    null,
    /\bsleep\w*[(!]|\bsleep \d|\b(?:u|nano)sleep\b|\.Sleep\(|\bTask\.Delay\b|\bTask\.Wait\b|\bSpinWait\b|\bset(?:Timeout|Interval|Immediate)\b|\bnextTick\b|\bqueueMicrotask\b|\bdelay\(|\btime\.(?:After|Tick|NewTimer|AfterFunc)\b|\bLockSupport\b|\bAtomics\.wait\b|\bawaitility\b|\bThread\.(?:yield|onSpinWait)\b|\bTimeUnit\.\w+\.sleep\b|\bgevent\b|\bwait\(\d/gi,
    "it waits",
  ],
  [
    null,
    /\bnew Thread\(|\bgo func\(|\bgo \w[\w.]*\(|\bthread::spawn\b|\btokio::spawn\b|\bthreading\.\w+|\bThread\.new\b|\bTask\.(?:Run|Factory)\b|\bGlobalScope\b|\brunBlocking\b|\bCompletableFuture\.(?:run|supply)Async\b|\bExecutors?\.\w+|\bconcurrent\.futures\b|\basyncio\.(?:create_task|ensure_future|gather|run)\b|\bThreadPool\.\w+|\blaunch\{|\bFiber\.new\b|@Async\b|@Scheduled\b|\bparallelStream\(/g,
    "work is begun beside",
  ],
]);

export const outsideWorld: readonly PatternRule[] = [
  ...connections,
  ...addresses,
  ...addressesOfTests,
  ...files,
  ...sql,
  ...waiting,
];
