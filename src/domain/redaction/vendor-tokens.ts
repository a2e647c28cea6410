import { byPattern, type Rule } from "./rule.ts";

/** Tokens that their issuer made recognisable: kind, literals that start them, shape. A token stands alone: no letter or digit before or after it. */
const shapes: readonly (readonly [kind: string, triggers: readonly string[], shape: string])[] = [
  ["aws-key", ["akia", "asia", "abia", "acca"], "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"],
  ["google-key", ["aiza"], "AIza[\\w-]{35}"],
  ["google-secret", ["gocspx-"], "GOCSPX-[\\w-]{20,}"],
  ["google-token", ["ya00.", "0//0"], "(?:ya29\\.[\\w-]{20,}|1//0[\\w-]{20,})"],
  ["azure-secret", ["0q~"], "[\\w~.-]{3}[78]Q~[\\w~.-]{31,34}"],
  ["github-token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "gh[pousr]_[A-Za-z0-9_.-]{20,}"],
  ["github-token", ["github_pat_"], "github_pat_\\w{22,}"],
  [
    "gitlab-token",
    ["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "glsoat-", "gloas-", "glffct-"],
    "gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|ffct)-[\\w.-]{16,}",
  ],
  ["gitlab-token", ["gr0000000"], "GR1348941[\\w-]{20,}"],
  ["slack-token", ["xox", "xapp-"], "(?:xox[abceoprs]|xoxe\\.xox[bp]|xapp)-[A-Za-z0-9-]{10,}"],
  ["stripe-key", ["_live_", "_test_"], "(?:[rsp]k|whsec)_(?:live|test)_[A-Za-z0-9]{10,}"],
  ["webhook-secret", ["whsec_"], "whsec_[A-Za-z0-9+/=]{20,}"],
  ["toss-key", ["live_", "test_"], "(?:live|test)_g?[cs]k_[A-Za-z0-9]{16,}"],
  ["model-key", ["sk-"], "sk-(?=[\\w-]{0,200}\\d)[\\w-]{20,}"],
  ["model-key", ["hf_", "gsk_", "xai-", "pplx-", "r0_"], "(?:hf_|gsk_|xai-|pplx-|r8_)[A-Za-z0-9]{30,}"],
  ["npm-token", ["npm_"], "npm_[A-Za-z0-9]{36}"],
  ["pypi-token", ["pypi-"], "pypi-AgE[\\w-]{40,}"],
  ["rubygems-key", ["rubygems_"], "rubygems_[a-f0-9]{40,}"],
  ["docker-token", ["dckr_"], "dckr_(?:pat|oat)_[\\w-]{20,}"],
  ["sendgrid-key", ["sg."], "SG\\.[\\w-]{16,}\\.[\\w-]{32,}"],
  ["mailgun-key", ["key-"], "key-[0-9a-f]{32}"],
  ["mailchimp-key", ["-us0"], "[0-9a-f]{32}-us\\d{1,2}"],
  ["digitalocean-token", ["do0_v0_", "dop_v0_", "doo_v0_", "dor_v0_"], "do[opr]_v1_[a-f0-9]{64}"],
  ["databricks-token", ["dapi"], "dapi[a-f0-9]{32}(?:-\\d)?"],
  ["shopify-token", ["shpat_", "shpca_", "shppa_", "shpss_"], "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"],
  ["grafana-token", ["glsa_", "glc_"], "(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,})"],
  ["vault-token", ["hvs.", "hvb.", "hvr."], "hv[sbr]\\.[\\w-]{20,}"],
  ["atlassian-token", ["atatt0", "atctt0"], "AT[AC]TT3[\\w=.-]{40,}"],
  ["linear-key", ["lin_api_"], "lin_api_[A-Za-z0-9]{32,}"],
  ["notion-token", ["ntn_", "secret_"], "(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})"],
  ["newrelic-key", ["nrak-", "nrii-", "nrjs-"], "NR(?:AK|II|JS)-[\\w-]{19,}"],
  ["sentry-token", ["sntrys_", "sntryu_"], "sntry[su]_[\\w=+/-]{30,}"],
  ["square-token", ["sq0csp-", "sq0atp-", "sq00"], "sq0(?:csp|atp)-[\\w-]{22,}"],
  ["age-key", ["age-secret-key-"], "AGE-SECRET-KEY-1[A-Z0-9]{50,}"],
  ["pulumi-token", ["pul-"], "pul-[a-f0-9]{40}"],
  ["heroku-key", ["hrku-"], "HRKU-[\\w-]{30,}"],
  ["terraform-token", [".atlasv0."], "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{40,}"],
  ["doppler-token", ["dp.pt.", "dp.st."], "dp\\.(?:pt|st)\\.(?:[\\w-]{1,40}\\.)?[A-Za-z0-9]{40,}"],
  ["planetscale-token", ["pscale_"], "pscale_(?:tkn|pw|oauth)_[\\w=.-]{32,}"],
  ["supabase-key", ["sbp_"], "sbp_[a-f0-9]{40}"],
  ["postman-key", ["pmak-"], "PMAK-[a-f0-9]{24}-[a-f0-9]{34}"],
  ["dynatrace-token", ["dt0c00."], "dt0c01\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}"],
  ["jwt", ["eyj"], "eyJ[\\w-]{8,}\\.(?:eyJ[\\w-]{4,}|[\\w-]{16,})(?:\\.[\\w-]*){0,3}"],
];

const standingAlone = (shape: string): RegExp => new RegExp(`((?<![A-Za-z0-9_]))(${shape})(?![A-Za-z0-9])`, "g");

export const vendorTokenRules: readonly Rule[] = [
  ...shapes.map(([kind, triggers, shape]) => byPattern(kind, triggers, standingAlone(shape))),
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
