import { java, type PatternRule, patternRules, script } from "./pattern-rule.ts";

const processes = patternRules({ rule: "processes", seen: "touched", text: "code" }, [
  [
    java,
    /\bRuntime(?:\.getRuntime\(\)|\.halt)|\bProcessBuilder\b|\bgetRuntime\(|\bProcessHandle\b|\bSystem\.exit\(|\bexitProcess\(|\.halt\(|\bRuntime\.exec|\bCommandLine\.parse\(|\bDefaultExecutor\b/g,
    "a process is started or ended",
  ],
  [
    script,
    /\bchild_process\b|(?<![.\w$])exec\(|(?<!\/[dgimsuvy]{0,8})(?<!(?:[rR]e|[rR]eg[eE]xp?|REGEXP?|[pP]attern|PATTERN|[mM]atcher|RE|[rR]x)\??)\.exec\((?!\))|\bexecFile\w*\(|\bexecSync\(|\bspawn(?:Sync)?\(|\bfork\(|\bexeca\b|\bshelljs\b|\bprocess\.(?:exit|kill|abort|binding|dlopen|chdir|setuid|umask|_\w+|mainModule)\b|\bworker_threads\b|\bnew Worker\(|\bcluster\.|\bDeno\.(?:run|Command)\b|\bBun\.(?:spawn|\$)|\bnode:vm\b/g,
    "a process is started or ended",
  ],
  [
    ["python"],
    /\bsubprocess\b|\bos\.(?:system|popen|exec\w*|spawn\w*|fork\w*|kill\w*|_exit|abort|posix_spawn\w*|startfile)\b|\bcommands\.getoutput|\bpexpect\b|\bpty\b|\bsys\.exit\(|\bmultiprocessing\b|\bPopen\(|\bcreate_subprocess_\w+|\bsh\.\w+\(|\bplumbum\b|\bfabric\b|\bos\.environ\.(?:pop|clear|update)|(?<![.\w])(?:exit|quit)\(|\bfrom os import\b/g,
    "a process is started or ended",
  ],
  [
    ["go"],
    /\bexec\.Command\w*|"os\/exec"|\bos\.(?:Exit|StartProcess|FindProcess|Getppid)\b|\bsyscall\.\w+|"syscall"|\bunix\.\w+|\blog\.Fatal\w*|"golang\.org\/x\/sys/g,
    "a process is started or ended",
  ],
  [
    ["csharp"],
    /\bProcess\.\w+|\bProcessStartInfo\b|\bnew Process\b|\bEnvironment\.(?:Exit|FailFast)\b|\bDllImport\b|\bLibraryImport\b/g,
    "a process is started or ended",
  ],
  [
    ["php"],
    /(?<![\w>:])(?:exec|system|passthru|shell_exec|popen|proc_\w+|pcntl_\w+|posix_\w+|dl|mail|putenv|exit|die)(?:\(|;|\b(?= ))|`[^`]*`|\bSymfony\\\\?Component\\\\?Process/g,
    "a process is started or ended",
  ],
  [
    ["ruby"],
    /(?<![\w.:])(?:system|exec|spawn|fork|syscall|trap|abort|at_exit|exit!?)(?:[ (]|$)|\bKernel\.\w+|`[^`]*`|%x[([{<|!/]|\bOpen3\b|\bIO\.popen|\bProcess\.\w+|\bPTY\b|\bopen\("\|/gm,
    "a process is started or ended",
  ],
  [["rust"], /\bCommand::|\bprocess::|\bstd::process\b|\blibc::|\bnix::|\babort\(\)/g, "a process is started or ended"],
]);

const reflection = patternRules({ rule: "reflection", seen: "touched", text: "code" }, [
  [
    java,
    /\bClass\.forName\(|\.forName\(|\bgetDeclared\w+\(|\bsetAccessible\b|\bisAccessible\b|\.getMethods?\(|\.getFields?\(|\.newInstance\(|\bjava\.lang\.(?:reflect|invoke)\b|\bMethodHandles?\b|\bVarHandle\b|\bProxy\.newProxyInstance|\bReflectionUtils\b|\bReflectionTestUtils\b|\bUnsafe\b|\bPropertyUtils\b|\bBeanUtils\b|\.memberProperties\b|\.declaredMember\w+|::class\.(?:java\.)?(?:declared|methods|constructors)|\bkotlin\.reflect\b|::class\.(?!simpleName\b|qualifiedName\b|java\b)\w+|\.invoke\((?:null|this|[\w.]+),|\bFieldUtils\b|\bMethodUtils\b|\bsun\.misc\b/g,
    "code is reached by its name",
  ],
  [
    script,
    /\bReflect\.\w+|\bnew Proxy\(|\b__proto__\b|\b__defineGetter__|\b__lookup\w+__|\bprototype\b|\bsetPrototypeOf\b|\bdefinePropert(?:y|ies)\b|\bgetOwnProperty\w+|\[["'`]constructor["'`]\]|\.constructor\b|\bglobalThis\b|\bglobal[.[]|\bwindow\[|\bself\[|\bObject\.assign\((?:global|window|process|Object|Array|String|Function|console)\b|\brequire\.cache\b|\bmodule\.(?:constructor|_load|children|parent)\b|\bFunction\.prototype|\.caller\b|\.callee\b/g,
    "objects are reached or changed behind their types",
  ],
  [
    ["python"],
    /\bglobals\(\)|\blocals\(\)|\bvars\(|\b__(?!init__|name__|main__|str__|repr__|eq__|len__|file__|future__|all__|version__|hash__|lt__|le__|gt__|ge__|ne__|iter__|next__|enter__|exit__|contains__|bool__|add__|doc__|call__|getitem__|post_init__)\w+__\b|\bsetattr\(|\bdelattr\(|\bgetattr\((?![^()]{0,80},["'](?!_)[A-Za-z]\w*["'](?:,[^()]*)?\))|\binspect\.|\bbuiltins\b|\b__builtins__\b|\bsys\.(?:modules|settrace|setprofile|meta_path|path|_\w+)\b|\bgc\.|\bctypes\b|\bcffi\b|\btypes\.(?:FunctionType|CodeType|MethodType)|\battrgetter\(|\bmethodcaller\(/g,
    "code is reached by its name",
  ],
  [["go"], /\breflect\.\w+|"reflect"|\bplugin\.\w+|"plugin"|"unsafe"/g, "code is reached by its name"],
  [
    ["csharp"],
    /\bSystem\.Reflection\b|\.GetType\(\)\.(?!Name\b|FullName\b)|\bGetMethod\(|\bGetField\(|\bGetPropert(?:y|ies)\(|\bGetConstructor\(|\bActivator\.|\bAssembly\.|\bMethodInfo\b|\bPropertyInfo\b|\bFieldInfo\b|\bBindingFlags\b|\bType\.GetType\(|\bInvokeMember\(|\bDispatchProxy\b|\bMarshal\.|\bExpression\.(?:Call|Lambda)\b|\bILGenerator\b/g,
    "code is reached by its name",
  ],
  [
    ["php"],
    /\bReflection\w+|\bcall_user_func\w*|\bfunc_get_args\b|\bclass_exists\(|\bmethod_exists\(|\bnew \$\w+|\$\w+::|::\$\w+\(|->\$\w+|->\{|(?<![\w>:$])\$\w+\(|\$\$\w+|\bextract\(|\bparse_str\(|\bcompact\(|\bget_defined_\w+|\bClosure::(?:bind|fromCallable)|\barray_(?:map|filter|walk)\(["'](?!(?:intval|floatval|strval|boolval|trim|strtolower|strtoupper|ucfirst)["'])/g,
    "code is reached by its name",
  ],
  [
    ["ruby"],
    /\.(?:public_|__)?send(?:__)?[ (]|\bpublic_send\b|\bconstantize\b|\bsafe_constantize\b|\bconst_get\b|\bconst_set\b|\binstance_variable_(?:get|set)\b|\bclass_variable_\w+|\binstance_(?:eval|exec)\b|\bclass_(?:eval|exec)\b|\bmodule_(?:eval|exec)\b|\bdefine_(?:singleton_)?method\b|\bremove_method\b|\bundef(?:_method)?\b|\balias_method\b|\bmethod_missing\b|\.method\(|\bObjectSpace\b|\brefine\b|\bprepend\b|\bsingleton_class\b|\bBinding\b|\bbinding\b|\.try!?\(:?[a-z_]+\[/g,
    "code is reached or changed by its name",
  ],
  [["rust"], /\bAny\b|\bdowncast\w*\b|\bTypeId\b/g, "types are reached at run time"],
]);

const deserialisation = patternRules({ rule: "deserialisation", seen: "touched", text: "code" }, [
  [
    java,
    /\bObjectInputStream\b|\breadObject\b|\breadUnshared\b|\breadResolve\b|\bXMLDecoder\b|\bXStream\b|\benableDefaultTyping\b|\bactivateDefaultTyping\b|\bJsonTypeInfo\b|\bSerializationUtils\b|\bKryo\b|\bnew Yaml\(|\bHessian\w*|\bSerializable\b|\bBurlap\w*|\bDocumentBuilderFactory\b|\bSAXParser\w*|\bXMLInputFactory\b|\bTransformerFactory\b|\bFastJson\b|\bautoType\w*/gi,
    "foreign objects are brought to life",
  ],
  [
    script,
    /\bnode-serialize\b|\bunserialize\(|\bserialize-javascript\b|\bv8\.deserialize|\bfunc(?:ster)?\.deserialize|\byaml\.load\(|\bjs-yaml\b|\b__js_function\b/g,
    "foreign objects are brought to life",
  ],
  [
    ["python"],
    /\b(?:c?[pP]ickle|dill|cloudpickle|shelve|marshal|jsonpickle|joblib)\b|\byaml\.(?:load|unsafe_load|full_load|load_all)\b|\bUnsafeLoader\b|\bFullLoader\b|\bread_pickle\b|\ballow_pickle\b|\btorch\.load\b|\blxml\b|\bxml\.(?:etree|sax|dom)\b/g,
    "foreign objects are brought to life",
  ],
  [["go"], /\bgob\.\w+|"encoding\/gob"/g, "foreign objects are brought to life"],
  [
    ["csharp"],
    /\bBinaryFormatter\b|\bSoapFormatter\b|\bNetDataContractSerializer\b|\bLosFormatter\b|\bObjectStateFormatter\b|\bTypeNameHandling\b|\bJavaScriptSerializer\b|\bXmlSerializer\b|\bDataContractSerializer\b|\bXmlDocument\b|\bDtdProcessing\b|\bXmlResolver\b/g,
    "foreign objects are brought to life",
  ],
  [
    ["php"],
    /\bunserialize\(|\bigbinary_unserialize\b|\byaml_parse\w*|\bphar:\/\/|\bsimplexml_load\w*|\bloadXML\b|\b__wakeup\b|\bwddx_\w+/g,
    "foreign objects are brought to life",
  ],
  [
    ["ruby"],
    /\bMarshal\.|\bYAML\.(?:load|unsafe_load|load_file)\b|\bPsych\.\w*load\w*|\bOj\.(?:load|object_load)\b|\bJSON\.load\b|\bcreate_additions\b/g,
    "foreign objects are brought to life",
  ],
  [["rust"], /\bbincode\b|\brmp_serde\b|\bserde_pickle\b/g, "foreign objects are brought to life"],
]);

const dynamicCode = patternRules({ rule: "dynamic-code", seen: "touched", text: "code" }, [
  [null, /(?<![\w-])eval(?![\w-])/g, "code is made at run time"],
  [
    java,
    /\bScriptEngine\w*|\bGroovyShell\b|\bSpelExpressionParser\b|\bparseExpression\(|\bExpressionParser\b|\bOgnl\b|\bMVEL\b|\bClassLoader\b|\bdefineClass\b|\bSystem\.load(?:Library)?\(|\bInitialContext\b|\.lookup\("(?:ldap|rmi|jndi)|\bjavax\.(?:script|naming|tools)\b|\bInstrumentation\b|\bServiceLoader\b|\bVelocity\w*|\bJexl\w*|\bSystem\.setProperty\(|\bnative\b|\bexternal fun\b/g,
    "code is made or loaded at run time",
  ],
  [
    script,
    /\bFunction\(|\bnew Function\b|\b(?:Async|Generator)Function\b|\bset(?:Timeout|Interval|Immediate)\((?:["'`])|\bimport\((?!["'][.\w@/-]+["']\))|\brequire\((?!["'][.\w@/:-]+["']\))|\bcreateRequire\b|\bvm\.\w+|\brunIn\w*Context|\bWebAssembly\b|\bprocess\.env\.\w+(?:\?\?|\|\||&&)?=(?!=)|\bprocess\.env\[[^\]]+\]=(?!=)|\bdocument\.write|\binnerHTML\b|\bouterHTML\b|\binsertAdjacentHTML\b|\bdangerouslySetInnerHTML\b|\bcreateElement\("script|\bfromCharCode\b|\batob\(|\bunescape\(|,["']base64["']\)|,["']hex["']\)|[\w$)\]]\[(?!\d+\])[^[\]]{1,80}\](?:\?\.)?\(|\[["'`][^"'`]*["'`]\+/g,
    "code is made or loaded at run time",
  ],
  [
    ["python"],
    /(?<![\w.])(?:exec|compile|execfile|__import__|breakpoint|input)\(|\bimportlib\b|\bimp\.load|\brunpy\b|\bcode\.interact|\bcodeop\b|\bast\.(?:parse|literal_eval)\b|\bpkgutil\b|\bb64decode\b|\bfromhex\b|\bunhexlify\b|\bcodecs\.decode|\bzlib\.decompress|(?<![\w.])chr\(|\bos\.(?:putenv|unsetenv|chmod|chown|setuid)|\bos\.environ\[[^\]]+\]=(?!=)|\bos\.environ\.setdefault|[\w)\]]\[(?!\d+\])[^[\]]{1,80}\]\(|\brender_template_string\b|\bTemplate\(|\bmark_safe\b/g,
    "code is made or loaded at run time",
  ],
  [
    ["go"],
    /\btext\/template\b|\btemplate\.(?:HTML|JS|URL)\(|\bos\.(?:Setenv|Unsetenv|Chmod|Chown)\b|"C"|\bcgo\b|\byaegi\b|\botto\b|\bgoja\b|\bfunc init\(\)|\bbase64\.\w+|\bhex\.Decode\w*/g,
    "code is made or loaded at run time, or the process is changed",
  ],
  [
    ["csharp"],
    /\bCSharpScript\b|\bCodeDom\b|\bDynamicMethod\b|\bCompileAssembly\w*|\bLoadFrom\(|\bRoslyn\b|\bEnvironment\.SetEnvironmentVariable\b|\bHtml\.Raw\(|\bFromBase64String\b|\bFromHexString\b|\bModuleInitializer\b|\bAppDomain\b/g,
    "code is made or loaded at run time",
  ],
  [
    ["php"],
    /\bcreate_function\b|\bassert\(["'$]|\bpreg_replace\(["'][^"']*\/\w*e|\b(?:include|require)(?:_once)?\b|\bregister_shutdown_function\b|\bset_(?:error|exception)_handler\b|\bspl_autoload_register\b|\bini_set\b|\berror_reporting\b|\bbase64_decode\b|\bstr_rot13\b|\bgzinflate\b|\bgzuncompress\b|\bhex2bin\b|\bpack\(|(?<![\w>:])chr\(|\bstrrev\(|\bputenv\b|\bapache_setenv\b|\bFFI\b|\$GLOBALS\b|\bdeclare\(|\bgoto\b|[\w)\]]\[(?!\d+\])[^[\]]{1,80}\]\(/g,
    "code is made or loaded at run time",
  ],
  [
    ["ruby"],
    /\beval\b|\brequire(?:_relative)?\b|\bload[ (]["']|\bautoload\b|\bERB\.new|\bTracePoint\b|\bset_trace_func\b|\bENV\[[^\]]+\](?:\|\|)?=(?!=)|\bBase64\.\w*decode\w*|\.unpack1?\(|\.pack\(|\bhtml_safe\b|\braw[ (]|\brender inline|\bFiddle\b|\bRubyVM\b|\bObject\.class/g,
    "code is made or loaded at run time",
  ],
  [
    ["rust"],
    /\binclude(?:_str|_bytes)?!|\blibloading\b|\bset_var\(|\bremove_var\(|\basm!|\bextern "C"|\bextern crate\b|\benv!\(|\bmacro_rules!|\bproc_macro\b|\bset_hook\b|\btake_hook\b|\bstatic mut\b/g,
    "code is made or loaded at run time, or the process is changed",
  ],
]);

export const dangerousCode: readonly PatternRule[] = [...processes, ...reflection, ...deserialisation, ...dynamicCode];
