import { isDigitCode } from "./character-kinds.ts";

/** Names of things that have a digit in them, and are no values. */
const namesWithDigits = new Set(
  (
    "s3 ec2 rds2 k8s l4 l7 oauth2 oauth1 sha1 sha2 sha256 sha384 sha512 sha-1 sha-256 md4 md5 utf8 utf16 utf-8 utf-16 iso-8859-1 ipv4 ipv6 http2 http3 h2 h3 h2c http/1.0 http/1.1 http/2 " +
    "http/2.0 base64 base32 base58 log4j log4j2 slf4j neo4j db2 x509 x.509 pkcs12 pkcs8 pkcs1 p12 i18n l10n a11y win32 x64 x86 x86_64 amd64 arm64 3ds 2fa mp3 mp4 es6 int8 int16 int32 " +
    "int64 uint8 uint16 uint32 uint64 float32 float64 i32 i64 u8 u32 u64 f32 f64 v4 v6 e2e b2b b2c p2p smb2 tls1.2 tls1.3 tlsv1 tlsv1.2 tlsv1.3 aes128 aes256 rs256 hs256 es256 argon2 " +
    "bcrypt2 lz4 bzip2 gzip2 ext4 zlib2 sqlite3 boto3 python3 h264 w3c web3 auth0 r2dbc c3p0 jboss7 vue3 d3 gb2312 euc-kr cp949 windows-1252 latin1 utf8mb4 q1 q2 q3 q4"
  ).split(" "),
);

/** Numbers that name a kind of failure: `ORA-00942`, `E11000`, `ERR_HTTP2_STREAM_ERROR`. */
const codePattern =
  /^(?:(?:ORA|TNS|PLS|DB2|SQLSTATE|SQLCODE|CVE|RFC)-?\d[\d-]*|E1\d{4}|[A-Z]{2,20}\d?(?:_[A-Z]{1,30}\d?){1,12})$/;

/** File names without a folder; those of source code stay, for they tell where. */
const dataFile =
  /^[^.]{1,80}(?:\.[^.]{1,40}){0,3}\.(?:csv|tsv|json|jsonl|ndjson|xml|ya?ml|txt|log|pdf|png|jpe?g|gif|webp|svg|zip|gz|tgz|tar|bz2|tmp|dat|bin|parquet|avro|orc|xlsx?|docx?|pptx?|html?|sql|db|sqlite|jar|war|pem|crt|cer|p12|jks|conf|cfg|ini|properties|toml|lock|bak|mp4|mp3|wav|wasm|tpl|tmpl|hbs|ftl|jrxml|xsd|xslt?)$/i;

const domainName =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,62}[a-z0-9])?\.){1,8}(?:com|net|org|io|dev|kr|jp|cn|de|uk|fr|eu|us|in|co|ai|app|cloud|local|localdomain|internal|intranet|lan|corp|home|svc|cluster|consul|test|example|invalid|localhost|arpa|info|biz|me|tv|xyz|shop|online|site)\.?$/;

/**
 * Whether a word is a value: another entry of the same failure would have another. A digit, an `@`, a scheme, a path give it away; so do the names of hosts and of
 * files, and letters that no word has in that order.
 * @param word without the punctuation that ends a sentence
 */
export function isValueWord(word: string): boolean {
  let hasDigit = false;
  let hasInner = false;
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if (isDigitCode(code)) hasDigit = true;
    else if (code === 64) return true;
    else if (code === 58 && at > 0) return true;
    else if (code === 46 || code === 47 || code === 92 || code === 45) hasInner = true;
  }
  if (hasDigit) return !isNameWithDigits(word);
  if (word.length >= 12 && isRandomLetters(word)) return true;
  return hasInner && (isPath(word) || dataFile.test(word) || domainName.test(word));
}

function isNameWithDigits(word: string): boolean {
  return (word.length <= 12 && namesWithDigits.has(word.toLowerCase())) || codePattern.test(word);
}

/** `src/app/main`, `a\b\c`, `./x`; not `read/write`, `n/a` or `application/json`. */
function isPath(word: string): boolean {
  const first = word.search(/[/\\]/);
  if (first === -1) return false;
  const rest = word.slice(first + 1);
  return first === 0 || /[/\\]/.test(rest) || word.startsWith(".") || /\.[A-Za-z]{1,5}$/.test(rest);
}

/** `deadbeefcafe`, `QWxhZGRpbjpvcGVu`: hexadecimal, or capitals and small letters in no order that a name has. */
function isRandomLetters(word: string): boolean {
  if (/^(?:[a-f]{12,}|[A-F]{12,})$/.test(word)) return true;
  if (word.length < 16 || !/^[A-Za-z+/_-]+$/.test(word)) return false;
  const humps = word.match(/[A-Z]+/g)?.length ?? 0;
  return humps >= 5 && word.length / humps < 2.8;
}
