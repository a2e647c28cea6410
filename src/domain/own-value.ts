/** What a record has under a name that somebody else chose. Names like `constructor` have something in every object: here they have nothing. */
export function ownValue<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
