import { matchesPattern } from "../path-pattern.ts";

/** A kind of path that no patch touches, whatever its size. */
interface Protection {
  readonly kind: string;
  /** Of the whole path in small letters, the last part, or one of the folders. */
  readonly path?: RegExp;
  readonly name?: RegExp;
  readonly folder?: RegExp;
}

const protections: readonly Protection[] = [
  {
    kind: "continuous integration",
    folder:
      /^\.(?:github|gitlab|circleci|buildkite|drone|woodpecker|azure-pipelines|azuredevops|ci|teamcity|gitea|forgejo|travis|semaphore)$/,
    name: /^(?:\.gitlab-ci.*|\.travis\.ya?ml|jenkinsfile.*|azure-pipelines.*|bitbucket-pipelines\.ya?ml|appveyor\.ya?ml|\.appveyor\.ya?ml|cloudbuild.*\.ya?ml|buildspec.*\.ya?ml|\.drone\.(?:ya?ml|star|jsonnet)|\.woodpecker.*|codecov\.ya?ml|\.codecov\.ya?ml|sonar-project\.properties|renovate.*\.json5?|\.renovaterc.*|dependabot\.ya?ml|\.mergify\.ya?ml|wercker\.ya?ml|circle\.ya?ml|\.cirrus\.(?:ya?ml|star)|action\.ya?ml|dangerfile.*|\.pre-commit-.*|lefthook.*|\.lefthook.*|\.lintstagedrc.*|lint-staged\..*|\.?commitlint.*|\.releaserc.*|release\.config\..*|\.goreleaser.*|cliff\.toml|skaffold\.ya?ml|tiltfile|earthfile|dagger\.json)$/,
  },
  {
    kind: "a build or dependency manifest, or a lock file",
    folder: /^(?:\.mvn|gradle|buildsrc|build-logic|\.yarn|\.cargo|\.bundle)$/,
    name: /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-.*\.ya?ml|\.pnpmfile\.c?js|bun\.lockb?|bunfig\.toml|deno\.jsonc?|deno\.lock|jsr\.json|\.npmrc|\.npmignore|\.yarnrc.*|\.nvmrc|\.node-version|\.tool-versions|\.?mise\.toml|\.sdkmanrc|\.java-version|\.python-version|\.ruby-version|\.go-version|pom\.xml|.*\.gradle|.*\.gradle\.kts|.*\.kts|gradle\.properties|gradlew(?:\.bat)?|mvnw(?:\.cmd)?|libs\.versions\.toml|gradle\.lockfile|build\.xml|ivy\.xml|build\.sbt|build\.sc|build(?:\.bazel)?|workspace(?:\.bazel)?|module\.bazel|.*\.bzl|\.bazelrc|go\.(?:mod|sum|work|work\.sum)|cargo\.(?:toml|lock)|build\.rs|rust-toolchain(?:\.toml)?|requirements.*\.(?:txt|in)|constraints.*\.txt|setup\.(?:py|cfg)|pyproject\.toml|pipfile(?:\.lock)?|poetry\.(?:lock|toml)|uv\.(?:lock|toml)|pdm\.(?:lock|toml)|conda.*\.ya?ml|environment\.ya?ml|manifest\.in|tox\.ini|noxfile\.py|conftest\.py|pytest\.ini|gemfile(?:\.lock)?|gems\.(?:rb|locked)|.*\.gemspec|rakefile|.*\.rake|\.rspec|spec_helper\.rb|rails_helper\.rb|test_helper\.rb|composer\.(?:json|lock)|.*\.(?:cs|fs|vb)proj|.*\.sln[x]?|.*\.props|.*\.targets|nuget\.config|packages\.config|packages\.lock\.json|global\.json|paket\..*|makefile.*|gnumakefile|.*\.mk|cmakelists\.txt|.*\.cmake|meson\.build|sconstruct|justfile|\.justfile|taskfile.*\.ya?ml|procfile.*|podfile(?:\.lock)?|mix\.(?:exs|lock)|rebar\.(?:config|lock)|gulpfile.*|gruntfile.*|webpack\..*|vitest\.(?:workspace|setup).*|(?:jest|test)[.-]?setup.*|setup[-_]?tests?\..*|karma\.conf.*|cypress\.json|\.mocharc.*|\.nycrc.*|\.c8rc.*|\.taprc|\.babelrc.*|\.swcrc|esbuild\..*|angular\.json|nx\.json|turbo\.json|lerna\.json|rush\.json|workspace\.json|project\.json|nest-cli\.json|\.parcelrc|knexfile\..*|ormconfig\..*|(?:ava|babel|jest|vite|vitest|webpack|rollup|rspack|rolldown|tsup|esbuild|metro|next|nuxt|svelte|astro|remix|gatsby|vue|quasar|uno|docusaurus|drizzle|mikro-orm|postcss|tailwind|craco|playwright|cypress|eslint|prettier|stylelint|commitlint|lint-staged|release|karma|wdio|nightwatch|codegen|graphql|typedoc|capacitor|electron\w*)\.config\..*|phpunit\.xml.*|testng\.xml|junit-platform\.properties|.*\.runsettings|xunit\.runner\.json)$/,
  },
  {
    kind: "a container, or infrastructure",
    folder:
      /^(?:\.?docker|\.devcontainer|terraform|k8s|kubernetes|helm|deploy|deployment|deployments|infra|infrastructure|iac|ansible|puppet|pulumi|cdk|cloudformation|nginx|envoy|istio|argocd|manifests|kustomize|systemd|\.platform|\.ebextensions|\.aws|\.kube|\.terraform|provisioning)$/,
    name: /^(?:.*dockerfile.*|containerfile.*|\.dockerignore|(?:docker-)?compose.*\.ya?ml|.*\.tf(?:vars|state)?(?:\.json)?|.*\.hcl|.*\.bicep|chart\.ya?ml|values.*\.ya?ml|kustomization\.ya?ml|serverless\..*|template\.ya?ml|samconfig\.toml|cdk\.json|pulumi.*\.ya?ml|vagrantfile|fly\.toml|vercel\.json|netlify\.toml|render\.ya?ml|railway\.(?:json|toml)|heroku\.ya?ml|wrangler\..*|nginx.*\.conf|httpd.*\.conf|\.htaccess|caddyfile|haproxy.*\.cfg|.*\.service|.*\.nomad|crontab|supervisord.*\.conf|web\.config|.*\.sh|.*\.bash|.*\.zsh|.*\.ps1|.*\.bat|.*\.cmd|.*\.psm1|.*\.fish)$/,
  },
  {
    kind: "a migration or the shape of a database",
    folder: /^(?:migrations?|migrate|db-?migrate|flyway|liquibase|alembic|evolutions|changelogs?|ddl)$/,
    path: /(?:^|\/)db\/(?:seeds|schema|structure|versions)/,
    name: /^(?:.*\.sql|.*\.prisma|schema\.rb|structure\.sql|.*\.dbml|v\d+(?:[._]\d+)*__.*|\d{8,14}[_-].*|.*migration.*\.(?:[a-z]+))$/,
  },
  {
    kind: "an owner's, git's, an editor's or an agent's file",
    folder:
      /^(?:\.git|\.githooks|\.husky|\.vscode|\.idea|\.fleet|\.zed|\.vs|\.cursor|\.claude|\.codex|\.gemini|\.aider.*|\.continue|\.windsurf|\.cline.*|\.roo.*|\.copilot|\.amazonq|\.kiro|\.junie|\.augment|\.trae|\.openhands|\.devin|\.ai|\.agents?|\.prompts|git-hooks|hooks\.d)$/,
    name: /^(?:codeowners|owners(?:_aliases)?(?:\.(?:md|txt|ya?ml))?|maintainers(?:\.(?:md|txt|ya?ml))?|\.git.*|\.mailmap|\.editorconfig|\.vimrc|\.exrc|\.nvim.*|\.dir-locals\.el|\.envrc|claude.*\.md|agents?\.md|agent\.md|gemini\.md|copilot.*\.md|cursor.*\.md|\.cursor.*|\.windsurf.*|\.aider.*|\.clinerules.*|\.roo.*|\.goosehints|\.mcp\.json|mcp\.json|\.replit|\.sourcery\.ya?ml|\.coderabbit\.ya?ml|\.gitpod.*|devcontainer\.json|skill\.md|.*\.mdc|.*\.prompt\.md|.*\.instructions\.md|conventions\.md|llms.*\.txt|.*\.code-workspace|.*\.iml|contributing(?:\.md)?|security\.md|service-map\.ya?ml)$/,
  },
  {
    kind: "the configuration of a linter or compiler",
    name: /^(?:\.?eslint.*|\.?tslint.*|\.prettier.*|prettier\.config.*|\.stylelint.*|stylelint\.config.*|biome\.jsonc?|\.oxlint.*|oxlint.*|tsconfig.*|jsconfig.*|knip\.(?:jsonc?|[jt]s)|\.dependency-cruiser.*|\.flake8|\.pylintrc|pylintrc|mypy\.ini|\.mypy\.ini|pyrightconfig.*|ruff\.toml|\.ruff\.toml|\.bandit|bandit\.ya?ml|\.isort\.cfg|\.coveragerc|\.golangci.*|\.revive\.toml|staticcheck\.conf|\.?rubocop.*|\.reek.*|\.brakeman.*|sorbet.*|phpstan.*|psalm.*|\.php[-_]cs.*|phpcs\.xml.*|phpmd\.xml.*|rector\.php|checkstyle.*|pmd.*\.xml|spotbugs.*|findbugs.*|lombok\.config|detekt.*|\.?ktlint.*|clippy\.toml|\.clippy\.toml|rustfmt\.toml|\.rustfmt\.toml|deny\.toml|\.clang.*|\.swiftlint.*|\.scalafmt.*|scalastyle.*|\.globalconfig|.*\.ruleset|\.?stylecop.*|\.semgrep.*|semgrep.*\.ya?ml|\.trivyignore|\.snyk|\.grype\.ya?ml|\.checkov.*|\.hadolint.*|\.yamllint.*|\.markdownlint.*|\.shellcheckrc|\.solhint.*|\.?cspell.*|proguard.*|r8.*\.pro|.*\.pro|\.browserslistrc|\.lintr|suppressions?\.xml|.*suppressions?\.(?:xml|ya?ml|json)|.*[-_]baseline\.(?:xml|ya?ml|json|neon)|py\.typed)$/,
  },
  {
    kind: "a secret, or a place of secrets",
    folder: /^(?:\.?secrets?|\.ssh|\.gnupg|certs?|certificates|\.?vault|keystores?|credentials)$/,
    name: /^(?:\.env.*|.*\.env|.*\.(?:pem|key|crt|cer|der|p12|pfx|p8|jks|keystore|truststore|kdbx?|ppk|asc|gpg|pgp|keytab|ovpn)|id_(?:rsa|dsa|ecdsa|ed25519).*|\.netrc|_netrc|\.pgpass|\.htpasswd|\.pypirc|\.boto|kubeconfig.*|.*secrets?(?:[-_.].*)?\.(?:ya?ml|json|toml|properties|ini|xml|txt|conf)|.*credentials?(?:[-_.].*)?\.(?:ya?ml|json|toml|properties|ini|xml|txt|conf)|service[-_]?account.*\.json|local\.settings\.json|master\.key|known_hosts|authorized_keys|cacerts)$/,
  },
  {
    kind: "a licence",
    folder: /^licen[cs]es$/,
    name: /^(?:(?:(?:un)?licen[cs]e|copying|notice|copyright|patents|third[-_]?party|authors|eula)(?:[-_.](?:[\w-]+\.)?(?:md|txt|rst|html|adoc|mit|apache|bsd|gpl|lgpl|agpl|mpl|lesser|[\w-]*\d[\w.-]*))?|(?:third[-_]?party[-_]?)?(?:licen[cs]es?|notices?)(?:\.(?:md|txt|json|html))?|.*\.spdx.*|reuse\.toml)$/,
  },
  {
    kind: "vendored or generated",
    folder:
      /^(?:vendor|vendors|vendored|third[-_]?party|3rdparty|node_modules|bower_components|jspm_packages|site-packages|dist|build|out|target|obj|generated|generated[-_].*|gen|\.gen|__generated__|autogen|codegen|\.next|\.nuxt|\.output|\.svelte-kit|coverage|__pycache__|\.venv|venv|\.tox|\.gradle|pods|__snapshots__|grpc_gen|pb|submodules)$/,
    name: /^(?:.*\.min\.(?:js|css)|.*\.bundle\.js|.*[._]pb\.go|.*_pb2(?:_grpc)?\.pyi?|.*\.pb\.(?:h|cc|rs)|.*_pb\.[jt]s|.*_grpc\.pb\.go|.*\.g\.(?:cs|dart|kt|ts)|.*\.generated\..*|.*\.gen\.[a-z]+|.*_gen\.go|.*_generated\..*|zz_generated.*|.*\.designer\.cs|.*\.snap|.*_string\.go|mock_.*\.go|.*_mock\.go|bindata\.go|.*\.map|.*\.freezed\.dart|r\.java|buildconfig\.java)$/,
  },
  {
    kind: "a schema or an interface to others",
    name: /^(?:.*\.(?:proto|avsc|avdl|thrift|graphqls?|gql|xsd|wsdl|fbs|capnp|smithy|raml)|openapi.*\.(?:ya?ml|json)|swagger.*\.(?:ya?ml|json)|asyncapi.*\.(?:ya?ml|json))$/,
  },
];

/** Words of a path, parted at capitals and marks, that tell code which only a person changes. */
const protectedWords: readonly { readonly kind: string; readonly words: RegExp }[] = [
  {
    kind: "authentication or authorisation",
    words:
      /^(?:auth|auths|authn|authz|authentication|authenticat\w*|authori[sz]\w*|oauth2?|oidc|saml|sso|ldap|login|logins|logout|signin|signup|signout|password|passwords|passwd|passport|jwt|jwts|jws|jwe|permission|permissions|acl|acls|rbac|abac|role|roles|security|csrf|xsrf|cors|csp|captcha|mfa|2fa|otp|totp|webauthn|passkey|credential|credentials|secret|secrets|session|sessions|impersonat\w*|privilege\w*|keycloak|guard|guards|sanitiz\w*|sanitis\w*|iam|tls|ssl|ratelimit\w*|antifraud|fraud)$/,
  },
  {
    kind: "cryptography",
    words:
      /^(?:crypto|cryptography|cryptograph\w*|crypt|encrypt\w*|decrypt\w*|cipher|ciphers|hmac|hashing|hasher|signer|signature|signatures|signing|keystore|keyring|kms|vault|certificate|certificates|cert|certs|x509|pki|rsa|aes|ecdsa|bcrypt|argon2|scrypt|nonce)$/,
  },
  {
    kind: "payment",
    words:
      /^(?:payment|payments|pay|payout|payouts|paying|billing|charge|charges|refund|refunds|wallet|wallets|stripe|paypal|braintree|adyen|toss|tosspayments|iamport|portone|inicis|kakaopay|naverpay|settlement|settlements|payroll|creditcard|banking|iban)$/,
  },
];

const generatedHeaders: readonly RegExp[] = [
  /\bdo not (?:edit|modify)\b|\b(?:don't|never) (?:edit|modify) (?:this|by hand)\b/i,
  /@generated\b|<auto-generated|\bcode generated\b/i,
  /\bauto(?:matically)?[- ]?generated (?:by|from|file|code|using|with)\b|\bauto-?generated\W*$/i,
  /\bthis (?:file|code|class|module) (?:is|was|has been) (?:auto-?|automatically )?generated\b/i,
  /\bgenerated (?:by|from|with|using) (?:the )?[\w.-]{0,40}(?:protoc|swagger|openapi|antlr|thrift|jooq|sqlc|mockgen|graphql|wsdl|xjc|codegen|generator|stringer|flatc|prost|tonic|bindgen)/i,
];
/** Lines at the head of a file in which such a header stands. */
const headerLines = 40;

/** Why a path may not be touched; null where nothing is said of it. */
export function protectedKind(path: string, own: readonly string[]): string | null {
  const folded = path.normalize("NFKC").toLowerCase();
  const folders = folded.split("/");
  const name = folders.pop() ?? "";
  for (const each of protections) {
    const isIt =
      each.name?.test(name) === true ||
      each.path?.test(folded) === true ||
      folders.some((folder) => each.folder?.test(folder) === true);
    if (isIt) return each.kind;
  }
  const words = path.split("/").flatMap((segment) =>
    segment
      .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
      .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
      .toLowerCase()
      .split(/[^a-z0-9]+/),
  );
  for (const each of protectedWords) if (words.some((word) => each.words.test(word))) return each.kind;
  return own.some((pattern) => matchesPattern(folded, pattern.toLowerCase())) ? "protected by the service map" : null;
}

/** The line of a header that says nobody writes this file by hand; null where there is none. */
export function generatedLine(lines: readonly string[]): number | null {
  const index = lines
    .slice(0, headerLines)
    .findIndex((line) => line.length < 500 && generatedHeaders.some((header) => header.test(line)));
  return index === -1 ? null : index + 1;
}
