const code = "(c|cc|cpp|cs|erl|ex|exs|go|h|java|js|jsx|kt|kts|mjs|cjs|php|py|rb|rs|scala|sql|swift|ts|tsx|vue)";

/** Names that hold secrets as a rule. They are refused even when committed; a file of example values (`.env.example`) too. */
const refusedNames: readonly RegExp[] = [
  /^\.env/i,
  /\.env$/i,
  // Keys of ssh; a source file whose name happens to begin so, `id_generator.py`, is none.
  new RegExp(`^id_(?!.*\\.${code}$)`, "i"),
  /^\.(npmrc|yarnrc(\.yml)?|netrc|pgpass|pypirc|htpasswd|git-credentials|dockercfg|my\.cnf|vault-token|boto)$/i,
  /^_netrc$/i,
  /\.(pem|key|p12|pfx|p8|jks|jceks|bcfks|keystore|truststore|kdb|kdbx|ppk|asc|gpg|pgp|ovpn|keytab|tfstate|tfvars)(\.(bak|backup|old|orig|enc|txt|\d+))?$/i,
  /^(credentials|secrets?)(\.(json|ya?ml|toml|ini|properties|txt|xml))?$/i,
  /^(service[-_]?account|client_secret).*\.json$/i,
  /^kubeconfig$/i,
];

/** Folders whose files are refused whatever their name. */
const refusedFolders = new Set([".ssh", ".aws", ".gnupg", ".kube", ".docker", ".git"]);

/** Whether a path of a repository is not read because of its name: environment files, keys, credentials. */
export function isRefusedPath(path: string): boolean {
  const segments = path.split("/");
  const name = segments.at(-1) ?? "";
  return (
    segments.slice(0, -1).some((folder) => refusedFolders.has(folder.toLowerCase())) ||
    refusedNames.some((pattern) => pattern.test(name))
  );
}
