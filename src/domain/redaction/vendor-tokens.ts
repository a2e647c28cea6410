import { byPattern, type Hide, type Rule } from "./rule.ts";

type Shape = readonly [kind: string, triggers: readonly string[], shape: string];

const uuid = "[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}";

/** Tokens that their issuer made recognisable: kind, literals that start them, shape. A token stands alone: no letter or digit before or after it. */
const cloudShapes: readonly Shape[] = [
  ["aws-key", ["akia", "asia", "abia", "acca"], "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"],
  ["aws-key", ["absk"], "ABSK[A-Za-z0-9+/]{100,}={0,2}"],
  ["google-key", ["aiza"], "AIza[\\w-]{35}"],
  ["google-secret", ["gocspx-"], "GOCSPX-[\\w-]{20,}"],
  ["google-token", ["ya00.", "0//0"], "(?:ya29\\.[\\w-]{20,}|1//0[\\w-]{20,})"],
  ["azure-secret", ["0q~"], "[\\w~.-]{3}[78]Q~[\\w~.-]{31,34}"],
  ["alibaba-key", ["ltai"], "LTAI[A-Za-z0-9]{12,26}"],
  ["tencent-key", ["akid"], "AKID[A-Za-z0-9]{28,36}"],
  ["naver-cloud-key", ["ncp_iam_"], "ncp_iam_[A-Za-z0-9]{16,}"],
  ["digitalocean-token", ["do0_v0_", "dop_v0_", "doo_v0_", "dor_v0_"], "do[opr]_v1_[a-f0-9]{64}"],
  ["heroku-key", ["hrku-"], "HRKU-[\\w-]{30,}"],
  ["cloudflare-key", ["v0.0-"], "v1\\.0-[a-f0-9]{20,40}-[a-f0-9]{100,}"],
  ["cloudflare-token", ["cfut_", "cfat_", "cfk_"], "cf(?:ut|at|k)_[A-Za-z0-9_-]{30,}"],
  ["fly-token", ["fo0_", "fm0_", "fm0r_", "fm0a_"], "(?:fo1_[\\w-]{30,}|fm[12][ar]?_[A-Za-z0-9+/=_-]{40,})"],
  [
    "vercel-token",
    ["vcp_", "vci_", "vca_", "vcr_", "vck_", "vercel_blob_rw_"],
    "(?:vc[piark]_|vercel_blob_rw_)[\\w-]{24,}",
  ],
  ["netlify-token", ["nfp_", "nfo_", "nfc_", "nfu_"], "nf[pocu]_[A-Za-z0-9]{30,}"],
  ["supabase-key", ["sbp_", "sb_secret_"], "(?:sbp_(?:v0_|oauth_)?[a-f0-9]{40}|sb_secret_[\\w-]{20,})"],
  ["render-key", ["rnd_"], "rnd_[A-Za-z0-9]{20,}"],
  ["planetscale-token", ["pscale_"], "pscale_(?:tkn|pw|oauth|api)_[\\w=.-]{32,}"],
  ["neon-key", ["napi_"], "napi_[a-z0-9]{40,}"],
  ["turso-token", ["turso_"], "turso_[\\w-]{30,}"],
  ["databricks-token", ["dapi", "dkea", "dose"], "(?:dapi|dkea|dose)[a-f0-9]{32}(?:-\\d)?"],
  [
    "doppler-token",
    ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit.", "dp.said."],
    "dp\\.(?:pt|st|ct|sa|said|scim|audit)\\.(?:[\\w-]{1,40}\\.)?[A-Za-z0-9]{40,}",
  ],
  ["vault-token", ["hvs.", "hvb.", "hvr."], "hv[sbr]\\.[\\w-]{20,}"],
  ["terraform-token", [".atlasv0."], "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{40,}"],
  ["pulumi-token", ["pul-"], "pul-[a-f0-9]{40}"],
  ["onepassword-token", ["ops_eyj"], "ops_eyJ[\\w+/=-]{100,}"],
  ["onepassword-key", ["a0-"], "A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"],
  ["infisical-token", ["st."], "st\\.[a-f0-9]{24}\\.[a-f0-9]{32}\\.[a-f0-9]{32}"],
  ["age-key", ["age-secret-key-"], "AGE-SECRET-KEY-1[A-Z0-9]{50,}"],
  ["tailscale-key", ["tskey-"], "tskey-[a-z]{2,12}-[A-Za-z0-9]{6,}(?:-[A-Za-z0-9]{16,})?"],
  ["yandex-key", ["aqvn", "y0_", "yca"], "(?:AQVN[\\w-]{34,38}|y0_[\\w-]{50,}|YCA[JMNO][\\w-]{22,36})"],
];

const codeShapes: readonly Shape[] = [
  ["github-token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "gh[pousr]_[A-Za-z0-9_.-]{20,}"],
  ["github-token", ["github_pat_"], "github_pat_\\w{22,}"],
  [
    "gitlab-token",
    [
      "glpat-",
      "gldt-",
      "glrt-",
      "glrtr-",
      "glcbt-",
      "glptt-",
      "glft-",
      "glimt-",
      "glagent-",
      "glsoat-",
      "gloas-",
      "glffct-",
      "glwt-",
    ],
    "gl(?:pat|dt|rtr?|cbt|ptt|ft|imt|agent|soat|oas|ffct|wt)-[\\w.-]{16,}",
  ],
  ["gitlab-token", ["gr0000000"], "GR1348941[\\w-]{20,}"],
  ["bitbucket-token", ["atbb", "bbdc-"], "(?:ATBB[A-Za-z0-9]{20,}|BBDC-[A-Za-z0-9+/]{40,}={0,2})"],
  ["atlassian-token", ["atatt0", "atctt0", "atstt0"], "AT(?:A|C|S)TT3[\\w-]{40,}(?:=[A-F0-9]{8})?"],
  ["sourcegraph-token", ["sgp_", "slk_", "sgd_"], "(?:sgp_(?:[a-f0-9]{16}_|local_)?|slk_|sgd_)[a-f0-9]{40,}"],
  ["npm-token", ["npm_"], "npm_[A-Za-z0-9]{36}"],
  ["pypi-token", ["pypi-"], "pypi-AgE[\\w-]{40,}"],
  ["rubygems-key", ["rubygems_"], "rubygems_[a-f0-9]{40,}"],
  ["crates-token", ["cio"], "cio[A-Za-z0-9]{32}"],
  ["nuget-key", ["oy0"], "oy2[a-z0-9]{43}"],
  ["docker-token", ["dckr_"], "dckr_(?:pat|oat)_[\\w-]{20,}"],
  ["artifactory-token", ["akcp", "cmvmdgtu"], "(?:AKCp[A-Za-z0-9]{40,}|cmVmdGtuOj[A-Za-z0-9+/]{40,}={0,2})"],
  ["clojars-token", ["clojars_"], "CLOJARS_[a-f0-9]{40,}"],
  ["hex-key", ["hexpm_"], "hexpm_[A-Za-z0-9]{30,}"],
  ["circleci-token", ["ccipat_", "ccipr"], "CCIP(?:AT|RJ)_[A-Za-z0-9]{20,}_[a-f0-9]{40}"],
  ["buildkite-token", ["bkua_", "bkaj_", "bkct_", "bkpt_"], "bk(?:ua|aj|ct|pt)_[A-Za-z0-9]{30,}"],
  ["sonar-token", ["squ_", "sqp_", "sqa_"], "sq[upa]_[a-f0-9]{40}"],
  ["octopus-key", ["api-"], "API-[A-Z0-9]{25,32}"],
  ["prefect-key", ["pnu_", "pnb_"], "pn[ub]_[A-Za-z0-9]{36}"],
  ["infracost-key", ["ico-"], "ico-[A-Za-z0-9]{32}"],
  ["scalr-token", ["at-0"], "at-v0[a-z0-9]{14}-[\\w-]{20,}"],
  ["snyk-token", ["snyk_"], "snyk_(?:uat|sat|oat)\\.[\\w.-]{30,}"],
  ["semgrep-token", ["sgp_"], "sgp_[A-Za-z0-9]{40,}"],
];

const observabilityShapes: readonly Shape[] = [
  ["newrelic-key", ["nrak-", "nrii-", "nrjs-", "nriq-", "nrra-", "nrsp-"], "NR(?:AK|II|JS|IQ|RA|SP)-[\\w-]{19,}"],
  ["newrelic-key", ["nral"], "[a-f0-9]{36}NRAL|eu01xx[a-f0-9]{30}NRAL"],
  ["sentry-token", ["sntrys_", "sntryu_", "sntrya_", "sntryi_"], "sntry[suai]_[\\w=+/-]{30,}"],
  ["grafana-token", ["glsa_", "glc_"], "(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,})"],
  ["grafana-key", ["eyjrijoi"], "eyJrIjoi[A-Za-z0-9+/]{60,}={0,2}"],
  ["honeycomb-key", ["hcaik_", "hcxik_", "hcamk_", "hcxlk_", "hcalk_"], "hc[ax][a-z]k_[A-Za-z0-9]{20,}"],
  [
    "dynatrace-token",
    ["dt0c00.", "dt0s00.", "dt0a00.", "dt0p00."],
    "dt0[a-z]\\d{2}\\.[A-Z0-9]{8,24}(?:\\.[A-Z0-9]{64})?",
  ],
  ["posthog-key", ["phx_", "phc_", "phs_"], "ph[xcs]_[A-Za-z0-9]{32,}"],
  ["axiom-token", ["xaat-", "xapt-"], `xa(?:at|pt)-${uuid}`],
  ["datadog-key", ["ddapp_", "ddapi_", "ddpat_"], "dd(?:app|api|pat)_[A-Za-z0-9]{30,}"],
  ["logfire-token", ["pylf_"], "pylf_v\\d_[a-z]{2,10}_[A-Za-z0-9]{30,}"],
  ["elastic-key", ["essu_"], "essu_[A-Za-z0-9+/=]{40,}"],
  ["checkly-key", ["cu_"], "cu_[a-f0-9]{32}"],
  ["uptime-key", ["ur0000", "m0000"], "ur\\d{5,9}-[a-f0-9]{20,28}"],
];

const moneyShapes: readonly Shape[] = [
  ["stripe-key", ["_live_", "_test_"], "(?:[rsp]k|whsec|ek|cs|seti|pi)_(?:live|test)_[A-Za-z0-9]{10,}"],
  ["stripe-secret", ["_secret_"], "(?:pi|seti|src|cs)_[A-Za-z0-9]{10,40}_secret_[A-Za-z0-9]{10,}"],
  ["webhook-secret", ["whsec_"], "whsec_[A-Za-z0-9+/=]{20,}"],
  ["toss-key", ["live_", "test_"], "(?:live|test)_g?[cs]k_[A-Za-z0-9]{16,}"],
  ["square-token", ["sq0csp-", "sq0atp-", "sq00"], "sq0(?:csp|atp|idp)-[\\w-]{22,}"],
  ["square-token", ["eaaa"], "EAAA[\\w-]{56,64}"],
  ["braintree-token", ["access_token$"], "access_token\\$(?:production|sandbox)\\$[a-z0-9]{16}\\$[a-f0-9]{32}"],
  ["razorpay-key", ["rzp_"], "rzp_(?:live|test)_[A-Za-z0-9]{14}"],
  [
    "shopify-token",
    ["shpat_", "shpca_", "shppa_", "shpss_", "shptka_", "shpua_"],
    "shp(?:at|ca|pa|ss|tka|ua)_[a-fA-F0-9]{32}",
  ],
  ["flutterwave-key", ["flwseck", "flwpubk"], "FLW(?:SECK|PUBK)(?:_TEST)?-[A-Za-z0-9]{12,}(?:-X)?"],
  ["mollie-key", ["live_", "test_"], "(?:live|test)_(?=[A-Za-z]{0,40}\\d)[A-Za-z0-9]{30,40}"],
  ["plaid-token", ["access-", "public-", "link-"], `(?:access|public|link)-(?:sandbox|development|production)-${uuid}`],
  ["kakaopay-key", ["prd", "dev"], "(?:PRD|DEV)[A-F0-9]{38,40}"],
  [
    "adyen-key",
    ["aqe"],
    "AQE[a-z]?[A-Za-z0-9+/]{30,}-[A-Za-z0-9+/=]{30,60}-[A-Za-z0-9<>(){}^%&$#@!~*.,:;_+\\[\\]?=-]{10,30}",
  ],
  ["nicepay-key", ["r0_", "s0_"], "[RS][12]_[a-f0-9]{32}"],
  ["coinbase-key", ["organizations/"], `organizations/${uuid}/apiKeys/${uuid}`],
  ["paddle-key", ["pdl_"], "pdl_(?:live_|sdbx_)?(?:apikey|ntfset)_[\\w]{30,}"],
];

const productShapes: readonly Shape[] = [
  ["slack-token", ["xox", "xapp-", "xwfp-"], "(?:xox[abceoprs]|xoxe\\.xox[bp]|xapp|xwfp)-[A-Za-z0-9-]{10,}"],
  [
    "discord-token",
    ["mt", "mj", "mz", "nd", "nt", "nj", "nz", "od", "ot"],
    "(?:M[Tjz]|N[DTjz]|O[DT])[A-Za-z\\d]{22,26}\\.[\\w-]{6}\\.[\\w-]{27,40}",
  ],
  ["twilio-key", ["sk00", "ska", "skb", "skc", "skd", "ske", "skf", "sk0"], "SK[a-f0-9]{32}"],
  ["sendgrid-key", ["sg."], "SG\\.[\\w-]{16,}\\.[\\w-]{32,}"],
  ["mailgun-key", ["key-"], "key-[0-9a-f]{32}"],
  ["mailchimp-key", ["-us0"], "[0-9a-f]{32}-us\\d{1,2}"],
  ["mandrill-key", ["md-"], "md-[A-Za-z0-9_-]{22}"],
  ["resend-key", ["re_"], "re_(?=\\w{0,40}\\d)[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}"],
  ["brevo-key", ["xkeysib-", "xsmtpsib-"], "x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}"],
  ["mailersend-key", ["mlsn."], "mlsn\\.[a-f0-9]{40,}"],
  ["model-key", ["sk-"], "sk-(?=[\\w-]{0,200}\\d)[\\w-]{20,}"],
  ["model-key", ["sk_"], "sk_(?:[a-f0-9]{40,}|(?=\\w{0,80}\\d)[A-Za-z0-9]{30,})"],
  [
    "model-key",
    [
      "hf_",
      "api_org_",
      "gsk_",
      "xai-",
      "pplx-",
      "r0_",
      "csk-",
      "fw_",
      "up_",
      "jina_",
      "pa-",
      "al-",
      "tgp_v0_",
      "nv-",
      "nvapi-",
    ],
    "(?:(?:hf_|api_org_|gsk_|xai-|pplx-|r8_|csk-|jina_)[A-Za-z0-9]{30,}|fw_[A-Za-z0-9]{20,}|up_[A-Za-z0-9]{28,}|(?:pa-|tgp_v1_)(?=[\\w-]{0,80}\\d)(?=[\\w-]{0,80}[A-Z])[\\w-]{40,}|nv-[a-f0-9]{32,}|nvapi-[\\w-]{40,})",
  ],
  ["pinecone-key", ["pcsk_"], "pcsk_[A-Za-z0-9]{4,8}_[A-Za-z0-9]{40,}"],
  ["langsmith-key", ["lsv0_", "ls__"], "(?:lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}|ls__[a-f0-9]{32})"],
  ["langfuse-key", ["sk-lf-", "pk-lf-"], `[sp]k-lf-${uuid}`],
  ["notion-token", ["ntn_", "secret_"], "(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})"],
  ["airtable-token", ["pat"], "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}"],
  ["linear-key", ["lin_api_", "lin_oauth_", "lin_wh_"], "lin_(?:api|oauth|wh)_[A-Za-z0-9]{32,}"],
  ["figma-token", ["figd_", "figu_", "figo_"], "fig[duo]_[\\w-]{36,}"],
  ["typeform-token", ["tfp_"], "tfp_[\\w.=-]{40,}"],
  ["hubspot-token", ["pat-na0", "pat-eu0", "pat-ap0"], `pat-(?:na|eu|ap)\\d-${uuid}`],
  ["dropbox-token", ["sl."], "sl\\.(?:u\\.)?[\\w-]{100,}"],
  ["facebook-token", ["eaa"], "EAA[A-Za-z0-9]{90,}"],
  ["instagram-token", ["igqv", "igaa"], "IG(?:QV|AA)[\\w-]{90,}"],
  ["mapbox-token", ["sk.eyj", "tk.eyj"], "[st]k\\.eyJ[\\w-]{30,}\\.[\\w-]{20,}"],
  ["contentful-token", ["cfpat-"], "CFPAT-[\\w-]{40,}"],
  ["postman-key", ["pmak-", "pmat-"], "(?:PMAK-[a-f0-9]{24}-[a-f0-9]{34}|PMAT-[A-Z0-9]{26})"],
  ["launchdarkly-key", ["sdk-", "api-", "mob-"], `(?:sdk|api|mob)-${uuid}`],
  ["easypost-key", ["ezak", "eztk"], "EZ[AT]K[A-Za-z0-9]{40,}"],
  ["duffel-token", ["duffel_"], "duffel_(?:test|live)_[\\w=-]{40,}"],
  ["readme-key", ["rdme_"], "rdme_[a-z0-9]{60,}"],
  ["frameio-token", ["fio-u-"], "fio-u-[\\w=-]{60,}"],
  ["asana-token", ["0/0000000000000"], "[012]/\\d{13,19}(?:/\\d{13,19})?:[a-f0-9]{32}"],
  ["firebase-key", [":apa00b"], "[\\w-]{7,25}:APA91b[\\w-]{100,}"],
  ["firecrawl-key", ["fc-"], "fc-[a-f0-9]{32}"],
  ["apify-token", ["apify_api_"], "apify_api_[A-Za-z0-9]{30,}"],
  ["clickhouse-key", ["0b0d"], "4b1d[A-Za-z0-9]{38}"],
  ["clickup-token", ["pk_0000"], "pk_\\d{6,10}_[A-Z0-9]{32}"],
  ["intercom-token", ["dg00o0"], "dG9rO[A-Za-z0-9+/]{40,}={0,2}"],
  ["jwt", ["eyj"], "eyJ[\\w-]{8,}\\.(?:eyJ[\\w-]{4,}|[\\w-]{16,}|\\.[\\w-]{10,})(?:\\.[\\w-]*){0,3}"],
];

export const vendorTokenRules: readonly Rule[] = [
  ...[cloudShapes, codeShapes, observabilityShapes, moneyShapes, productShapes]
    .flat()
    .map(([kind, triggers, shape]) => tokenRule(kind, triggers, new RegExp(`${shape}(?![A-Za-z0-9])`, "g"))),
  tokenRule("mailgun-key", ["-a", "-b", "-c", "-d", "-e", "-f", "-0"], /-[0-9a-f]{8}-[0-9a-f]{8}(?![0-9a-z-])/g, 32),
  byPattern(
    "telegram-token",
    ["000000:"],
    /((?<![A-Za-z0-9_])(?:bot)?)(\d{6,12}:[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/g,
    (token) => /[A-Za-z]/.test(token),
  ),
  byPattern(
    "webhook",
    ["hooks.slack.com/", "/api/webhooks/", ".webhook.office.com/", "/v0/spaces/"],
    /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|[\w-]{1,60}\.webhook\.office\.com\/webhookb2)\/)([\w/@.-]+)/g,
  ),
];

const escapeBefore = /\\(?:[nrt]|u[0-9a-fA-F]{4})$/;

/**
 * What stands before a match is looked at afterwards: an expression that begins with the literal start of a token is found faster by far.
 * @param hexBefore so many hexadecimal digits stand before the match and belong to the token
 */
function tokenRule(kind: string, triggers: readonly string[], pattern: RegExp, hexBefore = 0): Rule {
  const rewrite = (text: string, hide: Hide): string => {
    let rewritten = "";
    let done = 0;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const from = match.index - hexBefore;
      if (from < done || !isAlone(text, from) || !/^[0-9a-f]*$/.test(text.slice(from, match.index))) {
        pattern.lastIndex = match.index + 1;
        continue;
      }
      rewritten += text.slice(done, from) + hide(kind, text.slice(from, pattern.lastIndex));
      done = pattern.lastIndex;
    }
    return done === 0 ? text : rewritten + text.slice(done);
  };
  return { triggers, rewrite };
}

function isAlone(text: string, at: number): boolean {
  return !/[A-Za-z0-9_]/.test(text.charAt(at - 1)) || escapeBefore.test(text.slice(Math.max(0, at - 6), at));
}
