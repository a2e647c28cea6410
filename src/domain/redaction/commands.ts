import { isHarmlessValue } from "./harmless-values.ts";
import { byPattern, type Rule } from "./rule.ts";
import { anywhere, atStart } from "./trigger-scan.ts";

const isNoWord = (secret: string): boolean => !isHarmlessValue(secret, false, true);

/** Passwords that stand in a command without a telling name. */
export const commandRules: readonly Rule[] = [
  byPattern(
    "password",
    atStart("identified by"),
    /(identified (?:with [\w-]{1,40} )?by[ \t]{1,4}\\{0,8}["'])([^"'\\\r\n⟨]{1,200})(?=\\{0,8}["'])/gi,
    isNoWord,
  ),
  byPattern(
    "password",
    anywhere("password '", 'password "', "password \\"),
    /(\bpassword[ \t]{1,4}\\{0,8}["'])([^"'\\\r\n⟨]{1,200})(?=\\{0,8}["'])/gi,
    (secret) => isNoWord(secret) && !/\s/.test(secret),
  ),
  byPattern(
    "credentials",
    anywhere(" -u ", "-u=", '-u"', "-u'", "--user", "--proxy-user"),
    /((?<=^|[\s"'[,])(?:-u|--user|--proxy-user)(?:[ \t]{1,4}|=|["'], ?["'])["']?[\w.@-]{1,64}:)([^\s"'⟨/][^\s"'⟨]{0,200})/g,
  ),
  // mysql and its family take the password without a blank; what looks like an option of another program (`-parallel`) has no digit.
  byPattern(
    "password",
    atStart("mysql", "mariadb"),
    /(\b(?:mysql|mariadb)[\w-]{0,20}\b[^\r\n"|;⟨]{0,200}?[ \t]-p)([^\s"'⟨-][^\s"'⟨]{0,200})/g,
  ),
  byPattern("password", atStart("sshpass"), /(\bsshpass[ \t]{1,4}-p[ \t]{0,4}["']?)([^\s"'⟨]{1,200})/g),
  byPattern(
    "password",
    [
      ...atStart("docker login", "registry login", "az login", "oc login", "cf login", "login -"),
      ...atStart("mongo", "ldapsearch", "ldapadd", "ldapmodify", "ldappasswd", "sqlcmd", "psexec", "7z ", "zip -"),
    ],
    /(\b(?:(?:docker|podman|helm|az|oc|cf|buildah|skopeo|crane|nerdctl)[^\r\n|;⟨]{0,60} login|helm registry login|az login|mongo(?:sh|dump|restore|import|export)?|ldap(?:search|modify|add|passwd)|sqlcmd|psexec|zip|7z)\b[^\r\n|;⟨]{0,200}?[ \t](?:-p|-w|-P)[ \t]{0,4}["']?)([^\s"'⟨-][^\s"'⟨]{0,200})/g,
    isNoWord,
  ),
  byPattern(
    "password",
    atStart("redis-cli"),
    /(\bredis-cli\b[^\r\n|;⟨]{0,200}?[ \t](?:-a|--pass)[ \t]{1,4}["']?)([^\s"'⟨]{1,200})/g,
  ),
  byPattern(
    "password",
    atStart("sqlplus"),
    /(\bsqlplus\b[^\r\n|;⟨]{0,100}?[ \t][\w$#]{1,64}\/)([^\s"'⟨@/]{1,200})(?=@|\s|$)/g,
  ),
  byPattern(
    "password",
    atStart("convertto-securestring"),
    /(ConvertTo-SecureString[ \t]{1,4}(?:-String[ \t]{1,4})?\\{0,8}["'])([^"'\\\r\n⟨$][^"'\\\r\n⟨]{0,200})/gi,
  ),
  byPattern(
    "password",
    atStart("htpasswd"),
    /(\bhtpasswd[ \t]{1,4}(?:-\w{1,6}[ \t]{1,4}){0,4}-\w{0,6}b\w{0,6}[ \t]{1,4}\S{1,100}[ \t]{1,4}[\w.@-]{1,64}[ \t]{1,4})([^\s"'⟨]{1,200})/g,
  ),
  byPattern(
    "password",
    atStart("snmp"),
    /([ \t]-[AX][ \t]{1,4})((?<=\bsnmp[^\r\n|;]{0,200})[^\s"'⟨-][^\s"'⟨]{7,200})/g,
  ),
  byPattern(
    "password",
    atStart("login "),
    /((?:^|[\r\n"'> ])\w{1,8} LOGIN \\{0,8}"?[\w.@+-]{1,100}\\{0,8}"? \\{0,8}["'])([^"'\\\r\n⟨]{1,200})(?=\\{0,8}["'])/g,
  ),
  // A `.pgpass` file: host, port, database, user, password.
  byPattern(
    "password",
    atStart("0000:"),
    /((?<![\w.-])(?:[\w.-]{1,120}|\*):(?:543\d|6432|6543):[\w*-]{1,64}:[\w.*-]{1,64}:)([^\s:"'⟨]{4,200})/g,
    isNoWord,
  ),
  // What ioredis says of a command that failed.
  byPattern(
    "password",
    anywhere("'auth'", '"auth"'),
    /(name\\{0,8}["']?:[ \t]{0,4}\\{0,8}["']auth\\{0,8}["'],\s{0,20}\\{0,8}["']?args\\{0,8}["']?:[ \t]{0,4}\[\s{0,20}(?:\\{0,8}["'][^"'\\\r\n]{1,64}\\{0,8}["'],\s{0,20})?\\{0,8}["'])([^"'\\\r\n⟨]{1,200})(?=\\{0,8}["']\s{0,20}\])/g,
  ),
  // Arguments in stack traces and source code: the third is the password, or the second.
  byPattern(
    "password",
    atStart("pdo", "mysqli", "pg_connect", "drivermanager"),
    /((?:\bPDO-(?:>|&gt;)__construct|\bnew PDO|\bmysqli(?:-(?:>|&gt;)__construct|_connect|_real_connect|->real_connect)?|\bnew mysqli|DriverManager\.getConnection)\((?:\\{0,8}["'][^"'\\\r\n]{0,200}\\{0,8}["'],[ \t]{0,4}){2}\\{0,8}["'])([^"'\\\r\n⟨]{1,200})(?=\\{0,8}["'])/gi,
  ),
  byPattern(
    "password",
    anywhere("login(", "signin(", "sign_in(", "authenticate(", "attempt(", "_bind(", "password(", "credentials("),
    /(\b(?:(?:\w{0,30}_)?(?:login|log_in|sign_in|authenticate|verify_password|check_password)|(?:ldap|simple)_bind(?:_s)?|\w{0,30}(?:login|signIn|authenticate|verifyPassword|checkPassword|validatePassword|checkCredentials|validateCredentials)|attempt)\((?:(?:Object|Resource)[^,\r\n]{0,80},[ \t]{0,4})?\\{0,8}["'][^"'\\\r\n]{1,100}\\{0,8}["'],[ \t]{0,4}\\{0,8}["'])([^"'\\\r\n⟨]{4,200})(?=\\{0,8}["'])/gi,
    isNoWord,
  ),
  byPattern("password", anywhere("-pass"), /(-pass(?:in|out)?[ \t]{1,4}["']?pass:)([^\s"'⟨]{1,200})/g),
  byPattern(
    "password",
    atStart("requirepass", "masterauth"),
    /(\b(?:requirepass|masterauth)[ \t]{1,4}["']?)([^\s"'⟨]{1,200})/g,
  ),
  byPattern(
    "password",
    atStart("machine ", "login "),
    /(\blogin[ \t]{1,4}\S{1,100}\s{1,4}password[ \t]{1,4})([^\s"'⟨]{1,200})/g,
  ),
  byPattern(
    "password",
    atStart("pass "),
    /((?:\bUSER [^\r\n]{1,100}(?:[\r\n]|\\[rn]){1,4}|[>\]] |command:? )PASS )([^\s⟨]{1,200})/g,
    isNoWord,
  ),
  byPattern("credentials", atStart("auth plain", "auth login"), /(\bAUTH (?:PLAIN|LOGIN) )([A-Za-z0-9+/]{8,}={0,2})/g),
  byPattern(
    "password",
    atStart("auth "),
    /((?:^|[\r\n]|> )AUTH (?!(?:PLAIN|LOGIN|CRAM-MD5|XOAUTH2|TLS)\b))([^\s"⟨]{4,200})(?=\s|$)/g,
    isNoWord,
  ),
  byPattern(
    "password",
    anywhere('"auth"'),
    /("auth"[ \t]{1,4}(?:"[^"\r\n]{1,64}"[ \t]{1,4})?")([^"\r\n⟨]{1,200})(?=")/gi,
  ),
  byPattern(
    "password",
    atStart("set password"),
    /(\bset password[^=\r\n]{0,80}=[ \t]{0,4}(?:password\()?\\{0,8}["'])([^"'\\\r\n⟨]{1,200})/gi,
  ),
  byPattern("password", atStart("net user"), /(\bnet user[ \t]{1,4}\S{1,64}[ \t]{1,4})([^\s"'/⟨][^\s"'⟨]{3,200})/gi),
  byPattern("password", atStart("net use", "cmdkey"), /(\/(?:pass|p):)([^\s"'⟨]{1,200})/gi),
];
