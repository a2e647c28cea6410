import { wordsOf } from "./key-kinds.ts";

const member = "[A-Za-z_$][\\w$]*(?:\\??\\.[A-Za-z_$][\\w$]*|!\\.[A-Za-z_$][\\w$]*)";
/** A member of what is known to hold settings, or what a program was given: `process.env.API_TOKEN`, `os.environ[`. */
const ofSettings =
  /^(?:process|os|env|ENV|import\.meta|this|self|cls|config|cfg|conf|settings|request|req|user|props|options|opts|args|params|data|body|state|ctx|context|creds|credentials|auth|from|its|input|event|secrets|vars)(?:(?:[.?!]{1,2}[A-Za-z_$][\w$]*)+\[?.*|\[.*)$/;
const memberOnly = new RegExp(`^(?:${member})(?:\\??\\.[A-Za-z_$][\\w$]*)*$`);
const call = /^[A-Za-z_$][\w$]*(?:[.?!]{1,2}[A-Za-z_$][\w$]*)*\(.*$/;
const element = /^[A-Za-z_$][\w$.]*\[[^\]]{0,40}\]*$/;
const optional = /^[A-Za-z_$][\w$.]*\?\.\[?$/;
const keyword = /^(?:await|new|return|yield|typeof|async|function|lambda|nil|None)$/;

/**
 * Whether a value without quotation marks is part of a program: `password = getPassword(`, `token: data.access_token`, `apiKey: anthropicApiKey`.
 * @param keyWords the words of its key · @param next the character behind it
 * @param isSpaced white space stands before it, as programs are mostly written
 */
export function isExpression(value: string, keyWords: string, next: string, isSpaced: boolean): boolean {
  const bare = value.replace(/[;,)\]}]+$/, "");
  if (ofSettings.test(bare) || bare.startsWith("`")) return true;
  const last = keyWords.split(" ").at(-1) ?? "";
  // `{token:a.token,key:a.key}` of a program without its blanks.
  if (memberOnly.test(bare) && wordsOf(bare).endsWith(` ${last}`)) return true;
  if (!isSpaced) return false;
  if (keyword.test(bare) || call.test(bare) || optional.test(bare) || element.test(value.replace(/[;,)]+$/, "")))
    return true;
  if (/[<([]/.test(next) && /^[A-Za-z_$.]+$/.test(bare)) return true;
  if (/\d/.test(bare) || !/^[A-Za-z_$][\w$.?]*$/.test(bare)) return false;
  const said = wordsOf(bare).split(" ");
  return said.includes(last) && (said.length > 1 || memberOnly.test(bare) || said[0] === last);
}
