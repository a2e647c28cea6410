import { java, type PatternRule, patternRules, script } from "./pattern-rule.ts";

const transport = patternRules({ rule: "security", seen: "touched", text: "code" }, [
  [
    null,
    /\brejectUnauthorized\b|\bNODE_TLS_REJECT_UNAUTHORIZED\b|\bcheckServerIdentity\b|\binsecureSkipVerify\b|\bdanger_accept_invalid_\w+|\w*TrustManager\w*|\bTrustAll\w*|\w*HostnameVerif\w*|\bNoopHostname\w*|\w*SSLContext\w*|\w*SslSocketFactory\w*|\bsslMode\b|\bServerCertificate\w*Callback\b|\bRemoteCertificateValidation\w*|\bDangerousAccept\w*|\bCURLOPT_SSL\w*|\bverify_peer\w*|\ballow_self_signed\b|\bVERIFY_NONE\b|\bverify_mode\b|\bverify_hostname\b|\bverify_ssl\b|\bssl_verify\w*|\bverify=(?:False|None|0)|["']verify["'](?:=>|:)(?:false|0|False)|\bcert_reqs\b|\bCERT_NONE\b|\bcheck_hostname\b|\b_create_unverified\w*|\bdisable_warnings\b|\bstrictSSL\b|\btls\.Config\b|\bMinVersion\b|\bClientAuth\b|\bX509\w*|\bx509\w*|\bservername\b|\bsslmode\b|\bsetDefaultHostnameVerifier\b|\binsecure\b/gi,
    "it is about certificates",
  ],
  [
    null,
    /\bcors\w*\(|\bCorsConfig\w*|\bCrossOrigin\b|\ballowedOrigin\w*|\ballowed_origins?\b|\bAllowAnyOrigin\b|\bAllowOrigin\w*|\bAllowCredentials\b|\bSetIsOriginAllowed\b|Access-Control-\w[\w-]*|\bCORS_\w+|\ballow_origins?\b|\borigin:["'`(*t]|\bframeOptions\b|X-Frame-Options|Content-Security-Policy|Strict-Transport-Security|X-Content-Type-Options|\bhelmet\b|\bsameSite\b|\bhttpOnly\b|\bHttpOnly\b|\bSameSite\b|\bCSRF\w*|\bcsrf\w*|\bXsrf\w*|\bxsrf\w*|\bprotect_from_forgery\b|\bverify_authenticity_token\b/g,
    "it is about CORS, CSRF or protecting headers",
  ],
]);

const permissions = patternRules({ rule: "security", seen: "touched", text: "code", isFineInTests: true }, [
  [
    null,
    /\b(?:pre|post)?authoriz\w*|\bauthoris\w*|\bunauthori[sz]ed\w*|\bauthenticat\w*|\bis_?authenticated\w*|\bis_?admin\w*|\bis_?super_?user\w*|\bis_?staff\b|\bis_?owner\w*|\bhas_?(?:any_?)?(?:role|authority|permission|scope|access|privilege)\w*|\bcheck_?(?:role|permission|access|scope|auth)\w*|\brequire_?(?:auth|login|role|permission|admin|user|scope)\w*|\bensure_?(?:auth|login|logged|role|permission|admin)\w*|\bpermit_?all\b|\bdeny_?all\b|\broles_?allowed\b|\bpermissions?\b|\bpermission_?\w+|\bcan_?access\w*|\bis_?allowed\b|\ballow_?anonymous\b|\blogin_?required\b|\bpermission_?required\b|\buse_?guards?\b|\bskip_before_action\b|\bskip_authorization\b|\bbefore_action\b|\bcurrent_?user\b.{0,3}(?:==|===|!=|!==)|\bforbidden\w*|\baccess_?denied\w*|\broles?\b|\badmins?\b|\bROLE_\w+|\bprivilege\w*|\bimpersonat\w*|\bpassword\w*|\bpasswd\b|\blogin\w*|\bsign_?in\b|\bverify_?(?:token|signature|password|jwt|webhook)\w*|\bvalidate_?(?:token|signature|password)\w*|\bjwt\w*|\bjsonwebtoken\b|\bbearer\b|\boauth\w*|\botp\b|\bmfa\b|\brate_?limit\w*|\bthrottl\w*|\bwithout_?(?:global_?)?scopes?\b|\bunscoped\b|\btenant_?(?:id|filter|check)?\b(?=(?:!=|==))|\bpublic_?route\b|\b\w*owner\w*(?:\(\))?(?:\.\w+(?:\(\))?){0,3}(?:\.equals\(|[!=]==?(?!null|undefined|None|nil))|(?:\.equals\(|[!=]==?)\w*owner\w*|@Secured\b|@Public\b/gi,
    "it is about who may do what",
  ],
  [
    null,
    /\bhtmlspecialchars\b|\bhtmlentities\b|\bescape_?html\w*|\bescapeHtml\w*|\bescape_javascript\b|\bsaniti[sz]e\w*|\bDOMPurify\b|\bbypassSecurityTrust\w*|\bautoescape\b|\bstrip_tags\b|\bfilter_(?:var|input)\b|\baddslashes\b|\breal_escape_string\b|\bquoteIdentifier\b|\bstrong_parameters\b|\bpermit!|\bmass_?assign\w*|\b\$guarded\b|\b\$fillable\b|\bforceFill\b|\bunguard\w*|\bnormalizePath\b|\bsafe_join\b|\bUrlEncoder\b|\bHtmlEncode\w*|\bAntiForgery\w*|\bValidateAntiForgeryToken\b|\bIgnoreAntiforgeryToken\b|\bValidateInput\b/g,
    "it is about what protects from foreign input",
  ],
]);

const cryptography = patternRules({ rule: "security", seen: "touched", text: "code" }, [
  [
    null,
    /\bMessageDigest\b|\bCipher\b|\bSecretKey\w*|\bKeyPair\w*|\bKeyGenerator\b|\bKeyFactory\b|\bMac\.getInstance|\bSecureRandom\b|\bSignature\.\w+|\bcreate(?:Hash|Hmac|Cipher\w*|Decipher\w*|Sign|Verify)\b|\btimingSafeEqual\b|\bhashlib\b|\bhmac\b|\bmd5\b|\bsha-?1\b|\bsha256\w*|\bsha512\w*|\bbcrypt\w*|\bargon2\w*|\bscrypt\w*|\bpbkdf2\w*|\bFernet\b|\bAES\b|\bDES\b|\bRSA\b|\bECB\b|\bcrypto\b|\bsecrets\.\w+|\bpassword_(?:hash|verify)\b|\bopenssl_\w+|\bmcrypt\w*|\bOpenSSL\b|\bSecureCompare\w*|\bsecure_compare\b|\bhash_equals\b|\bcompare_digest\b|\w*_hmac\w*|\bhmac_\w+|\w*Hmac\w*|\bConstantTimeCompare\b|\bFixedTimeEquals\b|\bsubtle\b|\bencrypt\w*|\bdecrypt\w*|\bkeystore\b|\brandom_bytes\b|\brandomBytes\b|\bRNGCryptoServiceProvider\b|\bSystem\.Security\b|\bSigningCredentials\b|\bTokenValidationParameters\b|\bValidate(?:Issuer|Audience|Lifetime)\b/gi,
    "it is about cryptography",
  ],
]);

const secrets = patternRules({ rule: "secrets", seen: "new", text: "code" }, [
  [
    null,
    /\b\w*(?:password|passwd|pwd|secret|api_?key|access_?key|private_?key|auth_?token|access_?token|credential)s?\w*["'\]]*\)?(?:=>|:=|\?\?=?|\|\|=?|\?:|=|:| or |,)[bfru]?["'`](?![^"'`]*\s)[^"'`]{3,}["'`]/gi,
    "a secret has a value in the code",
  ],
  [
    null,
    /\b(?:password|passwd|pwd|token|secret|api[-_ ]?key|authorization|cookie|session[-_ ]?id)s?["']?\s*(?:=|:|is|was)\s*["']?(?:\$\{|#\{|\{|\$\w|%[sdv]|["'`]\s*\+|["'`],)/gi,
    "a secret is put into a text",
  ],
  [
    script,
    /\b(?:log|info|warn|error|debug|trace|send|json|write|end|stringify)\([^;]{0,200}(?:\bprocess\.env(?![.[\w])|\bheaders\b(?!\[)|\bcookies?\b)/g,
    "the environment, headers or cookies are written",
  ],
  [
    ["python"],
    /\b(?:print|log\w*|info|warning|error|debug|exception|dumps|write|jsonify)\([^;]{0,200}(?:\bos\.environ(?!\[|\.get)|\bheaders\b(?![.[])|\bcookies\b|\bMETA\b)/g,
    "the environment, headers or cookies are written",
  ],
  [
    java,
    /\bSystem\.getenv\(\)|\bSystem\.getProperties\(\)|\bprintStackTrace\((?!\))|\b(?:info|warn|error|debug|println)\([^;]{0,200}(?:getHeaderNames|getHeaders\(\)|getCookies)/g,
    "the environment, headers or cookies are written",
  ],
  [
    ["go"],
    /\bos\.Environ\(\)|\b(?:Print\w*|Info\w*|Error\w*|Debug\w*|Warn\w*)\([^;]{0,200}\.(?:Header|Cookies\(\))\b(?!\.)/g,
    "the environment, headers or cookies are written",
  ],
  [
    ["php"],
    /\b(?:phpinfo|var_dump|print_r|var_export|debug_zval_dump|debug_print_backtrace)\(|\$_(?:ENV|SERVER|COOKIE|SESSION)\b(?!\[)|\bgetenv\(\)|\bdd\(|\bdump\(/g,
    "the environment or other variables are written",
  ],
  [
    ["ruby"],
    /\bENV\.(?:to_h|each|inspect|to_a|map)\b|(?:puts|p|inspect|info|warn|error|debug)[ (][^;\n]{0,200}\b(?:ENV|headers|cookies)\b(?!\[)/g,
    "the environment, headers or cookies are written",
  ],
  [
    ["csharp"],
    /\bGetEnvironmentVariables\(|\b(?:Log\w*|WriteLine)\([^;]{0,200}\b(?:Headers|Cookies)\b(?!\[)/g,
    "the environment, headers or cookies are written",
  ],
  [["rust"], /\benv::vars(?:_os)?\(|\bdbg!\(/g, "the environment is read as a whole, or values are written"],
]);

const debugging = patternRules({ rule: "security", seen: "new", text: "code", isFineInTests: true }, [
  [
    null,
    /\bdebug(?:=|:)(?:True|true|1)\b|\bset_?debug\((?:True|true|1)\)|\bDEBUG=(?:True|true|1)\b/gi,
    "a debugger is opened to others",
  ],
]);

export const securityRules: readonly PatternRule[] = [
  ...transport,
  ...permissions,
  ...cryptography,
  ...secrets,
  ...debugging,
];
