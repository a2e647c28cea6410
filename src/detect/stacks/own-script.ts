/** Folders of libraries, wherever they are. */
const libraryFolders = [
  "/node_modules/",
  "/.yarn/",
  "/.pnpm/",
  "/.vite/deps/",
  "/bower_components/",
  "/jspm_packages/",
  "/npm/registry.npmjs.org/",
];

/** What runtimes, engines, browsers and bundlers call their own. Before Node 16 its files came without `node:` and without a slash in front. */
const runtimePlace =
  /^(?:node:|ext:|deno:|bun:|native(?::|$| )|internal\/|<|evalmachine|self-hosted|debugger eval code|resource:|chrome:|chrome-extension:|moz-extension:|safari-web-extension:|extensions::|wasm:|file:\/\/\/var\/runtime\/|\/var\/runtime\/|electron\/js2c\/|\[(?!project\])|REPL\d|npm:|jsr:|webpack\/|webpack:\/\/\/?webpack|(?:webpack|turbopack)(?:-internal)?:\/\/\/\[)/;

/** The part of a bundle that loads the rest of it, and bundles of libraries alone. */
const bundlerPlace =
  /\/webpack\/(?:bootstrap|runtime|before-startup|startup|universalModuleDefinition)\b|\/(?:webpack-runtime|webpack-api-runtime|polyfills?|vendors?|framework)(?:[-.~][\w.~-]*)?\.[cm]?js$|\/\[turbopack\]|\/@vite\/client|\/@react-refresh$|\(webpack\)\//;

const libraryHosts =
  /^https?:\/\/(?:(?:cdn\.jsdelivr\.net|unpkg\.com|cdnjs\.cloudflare\.com|esm\.sh|cdn\.skypack\.dev|deno\.land|jsr\.io|code\.jquery\.com|ajax\.googleapis\.com|www\.googletagmanager\.com|www\.google-analytics\.com|connect\.facebook\.net|js\.stripe\.com|browser\.sentry-cdn\.com)\/)/;

/** Of Node itself, before 16. */
const oldFiles = new Set(
  (
    "assert async_hooks buffer child_process cluster console crypto dgram dns domain events fs http http2 https inspector module net os path perf_hooks process " +
    "querystring readline repl stream string_decoder timers tls tty url util v8 vm worker_threads zlib _http_agent _http_client _http_common _http_incoming " +
    "_http_outgoing _http_server _stream_duplex _stream_passthrough _stream_readable _stream_transform _stream_wrap _stream_writable _tls_common _tls_wrap"
  )
    .split(" ")
    .map((name) => `${name}.js`),
);

/** Whether a script is the application's: neither a library's nor the runtime's, and not what a bundler adds. */
export function isOwnScript(file: string): boolean {
  const path = file.replaceAll("\\", "/").replace(/[?#].*$/, "");
  if (runtimePlace.test(path)) return false;
  if (path.startsWith("node_modules/") || libraryFolders.some((folder) => path.includes(folder))) return false;
  if (bundlerPlace.test(path) || libraryHosts.test(path)) return false;
  return !oldFiles.has(path);
}
