const nothing = String.raw`(?:null|undefined|None|nil|NULL|"undefined"|'undefined'|\(\)|""|''|\[\]|\{\}|string\.Empty|Nil|NaN|default)`;
const chain = String.raw`[\w$@.?!&\[\]()"'\x60:<>,\\ +-]{1,200}?`;
/** Calls that tell whether something is there, or is what it should be. */
const asking = String.raw`(?:contains(?:Key|_key)?|ContainsKey|TryGetValue|Contains|has(?:OwnProperty|Own|Next|_key\?|Text|Length|attr)?|includes|include\?|key\?|isPresent|isEmpty|IsNullOrEmpty|IsNullOrWhiteSpace|isNullOrEmpty|isNullOrBlank|isNotEmpty|isNotBlank|isBlank|isNil|isNull|is_null|isset|empty|array_key_exists|any|Any|present\?|blank\?|empty\?|nil\?|is_a\?|respond_to\?|isArray|isInteger|isSafeInteger|isFinite|isNaN|is_numeric|is_string|is_array|is_int|ctype_digit|isinstance|isdigit|isnumeric|isNumeric|strip|trim|Trim|is_some|is_none|is_ok|is_err|is_empty|isValid|valid|HasValue|TryParse|matches|test|match\?|startsWith|Valid|IsZero|length|size|len|count|Count|filter_var|IsNaN|isnan)`;

const absence: readonly RegExp[] = [
  new RegExp(`^\\(*${chain}(?:===?|\\bis\\b ?)\\s*${nothing}\\)*$`),
  new RegExp(`^\\(*${nothing}===?${chain}\\)*$`),
  /^\(*(?:not |!)\(*(?:[\w$@.?&[\]"':]|->)+\)*$/,
  new RegExp(String.raw`^\(*(?:not |!)\(*(?:[\w$@.?&\[\]"'>:-]*(?:\.|::|->|\b))?${asking}(?:\(.*\))?\)*$`),
  /^\(*[\w$@.?&[\]"'>:()-]*(?:isEmpty|isBlank|IsNullOrEmpty|IsNullOrWhiteSpace|isNullOrEmpty|isNullOrBlank|is_empty|is_none|is_err|isNaN|IsNaN|isnan|is_nan|is_null|isNull|isNil|IsZero|empty|isEmptyOrNull|hasLength)\(.*\)\)*$/,
  /^\(*[\w$@.?&[\]"'>:()-]+\.(?:nil|blank|empty|zero|none|negative)\?\)*$/,
  /^\(*[\w$@.?&[\]"'>:()-]+(?:===?|<=?)\s*(?:0|0\.0|1|-1|Decimal\("?0"?\)|BigDecimal\.ZERO|BigInteger\.ZERO)[dfLmn]?\)*$/,
  /^\(*(?:len|count|size|strlen)\([\w$@.?&[\]"'>:()-]+\)(?:===?|<=?|<)\s*\d{1,2}\)*$/,
  /^\(*[\w$@.?&[\]"'>:()-]+(?:\.length|\.size\(\)|\.Length|\.Count|\.len\(\)|\.count)(?:===?|<=?|<)\s*\d{1,2}\)*$/,
  /^\(*typeof [\w$.?[\]]+!==?["'](?:string|number|object|boolean|function)["']\)*$/,
  /^\(*(?:not isinstance\(.*\)|[\w.[\]"']+ not in [\w.]+|["'][\w.-]+["'] not in [\w.[\]"']+|![\w.$]+ instanceof [\w.]+|!\([\w.$]+ (?:instanceof|is) [\w.]+(?: \w+)?\)|[\w.]+ is not [A-Z]\w+(?: \w+)?|[\w.]+ !is \w+|!\("[\w]+" in [\w.]+\))\)*$/,
  /^\(*(?:!ok|!found|!exists|err!=nil|error!=null|not ok|not found)\)*$/,
  /^\(*[\w$.]+\.(?:get|find|search|match)\(.*\)(?:===?| is )(?:null|None|undefined|nil|-1)\)*$/,
];

const presence: readonly RegExp[] = [
  new RegExp(`^\\(*${chain}(?:!==?|\\bis not\\b ?)\\s*${nothing}\\)*$`),
  new RegExp(`^\\(*${nothing}!==?${chain}\\)*$`),
  /^\(*(?:!!)?(?:[\w$@.?&[\]"':]|->)+\)*$/,
  new RegExp(String.raw`^\(*[\w$@.?&\[\]"'>:()-]*?${asking}(?:\(.*\))?\)*$`),
  /^\(*[\w$@.?&[\]"'>:()-]+(?:\.length|\.size\(\)|\.Length|\.Count|\.len\(\)|\.count)(?:>|>=|!==?)\s*\d{1,2}\)*$/,
  /^\(*[\w$@.?&[\]"'>:()-]+(?:>|!==?)\s*0(?:\.0)?\)*$/,
  /^\(*typeof [\w$.?[\]]+===?["'](?:string|number|object|boolean|function)["']\)*$/,
  /^\(*(?:[\w.$]+ (?:instanceof|is) [\w.]+|["'][\w.-]+["'] in [\w.[\]"']+|[\w.[\]"']+ in [\w.]+|isinstance\(.*\)|ok|err==nil)\)*$/,
];

const lengthMax = 300;

/** Whether a condition, without blanks, asks only whether something is missing, empty, zero or of another type. */
export function asksForAbsence(condition: string): boolean {
  return condition.length <= lengthMax && absence.some((pattern) => pattern.test(condition));
}

/** Whether it asks only whether something is there. */
export function asksForPresence(condition: string): boolean {
  return (
    condition.length <= lengthMax &&
    !/^\(*(?:true|1|True)\)*$/.test(condition) &&
    presence.some((pattern) => pattern.test(condition))
  );
}
