import { endsWord } from "./places.ts";
import { anywhere, atStart, onlyWhere, type Trigger } from "./trigger-scan.ts";

const anywhereInName =
  "passw passp passcode pwd pswd secret token credential session sessid phone account cardn cardpw cardpi cense cence sident conn_info dup_info " +
  "비밀번호 패스워드 비번 암호 인증 확인번호 확인코드 보안코드 핀번호 주민 외국인 카드 계좌 전화 휴대 핸드폰 연락처 팩스 사업자 법인 여권 운전 생년 생일 토큰 시크릿";
const ofTwoWords = ["확인 번호", "확인 코드", "보안 코드", "핀 번호", "api 키", "api키"];
/** What stands before `키` in the names of keys. */
const keyOwners = [..."증릿밀스근안화인트명버브터자민동"];
/** They count where a word of a name begins … */
const wordStarts =
  "bearer jwt csrf xsrf saml assertion verifier signature hmac salt pepper seed mnemonic phrase mobile msisdn contact recipient acct iban jumin rrn ssn national " +
  "business biz company corp driver driving passport birth answer conninfo dupinfo " +
  "pinnumber pincode pinno otpcode otpnumber authnumber authno telno telnum hpno hpnum faxno faxnum cellno cellnum ccnum ccno";
/** … or ends with them … */
const wordEnds = "key keys code codes";
/** … and parts of many other words where they are one. */
const words =
  "pass pw psw auth sid sess otp totp pin cvv cvc csc cvn sig sign mac tel hp fax pan sin dob brn cell card cc ci di";
const owners = /(?:db|user|admin|root|store|key|trust|login|member|new|old)$/i;

/** Words that make a name worth a look; what stands around them belongs to the name. */
export const keyTriggers: readonly Trigger[] = [
  ...anywhere(
    ...anywhereInName.split(" "),
    ...ofTwoWords,
    ...keyOwners.flatMap((owner) => [`${owner}키`, `${owner} 키`]),
  ),
  ...atStart(...wordStarts.split(" ")),
  ...onlyWhere(endsWord, [...anywhere(...wordEnds.split(" ")), ...atStart(...words.split(" "))]),
  // `-DbirthDate=…` of Java's command line.
  ...anywhere(...wordStarts.split(" ").map((word) => `-d${word}`)),
  ...onlyWhere(endsWord, anywhere(...words.split(" ").map((word) => `-d${word}`))),
  // `dbpass`, `userpw`.
  ...onlyWhere(
    (text, at, length) => endsWord(text, at, length) && owners.test(text.slice(Math.max(0, at - 6), at)),
    anywhere("pass", "pw"),
  ),
];
