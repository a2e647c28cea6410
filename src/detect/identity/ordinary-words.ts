/**
 * Words that log messages are made of. A word that is none of them, a name say, may be a value; two messages that differ in one of these say two things.
 * Base forms: endings are taken off before they are looked up.
 */
const ordinary = new Set(
  // What is done, and what becomes of it.
  (
    "abandon abort accept access acknowledge acquire activate adapt add adjust admit advance affect agree align allocate allow alter analyse analyze announce answer append apply approve archive arrive ask assemble " +
    "assert assign associate assume attach attempt authenticate authorise authorize average avoid await backup balance ban batch become begin behave believe belong bill bind block book boot borrow bounce break bring " +
    "broadcast browse buffer build bump bundle buy bypass cache calculate call cancel capture carry cast catch cause change charge check choose claim clamp clean cleanse clear click clone close collapse collect collide " +
    "combine come commit communicate compare compensate compile complete compose compress compute concatenate confirm conflict connect conserve consider consist construct consult consume contact contain continue " +
    "contribute control convert copy correct corrupt cost count cover crash crawl create credit cross customize cut deactivate deadlock deal debit decide declare decline decode decompress decrement decrypt decrease deduct dedupe " +
    "deduplicate default defer define degrade delay delete deliver demote deny depend deploy deprecate derive describe deserialize design destroy detach detect determine develop diff differ digest direct disable disallow disappear " +
    "discard disconnect discover dispatch display dispose dissolve distribute dive divide do download downgrade drain draw drop dump duplicate edit eject elapse elect eliminate embed emit enable encode encounter encrypt end " +
    "enforce engage enlist enqueue enrich enrol enroll ensure enter enumerate equal erase escalate escape establish estimate evaluate evict exceed except exchange exclude execute exhaust exist exit expand expect expire explain " +
    "explode export expose extend extract fail fall fetch fill filter finalize find finish fire fit fix flag flatten flip flood flush fly fold follow forbid force forget fork format forward free freeze fulfil fulfill gain gather " +
    "generate get give go grab grant group grow guess guide halt handle hang happen hash have hear help hide hit hold hook hydrate identify idle ignore import impose improve include increase increment index indicate infer " +
    "inflate inform ingest inherit init initialise initialize initiate inject insert inspect install instantiate instruct integrate intend intercept interpret interrupt invalidate inverse invert invite invoke issue iterate join jump keep kick kill know lack lag " +
    "launch lead leak learn lease leave let lie limit link list listen load locate lock log login logout look loop lose lower mail maintain make manage map mark marshal mask match matter mean measure meet merge migrate miss mix modify monitor " +
    "mount move multiply mutate name navigate need negotiate nest normalize note notify number obey observe obtain occupy occur offer omit open operate optimize order organize originate overflow overlap overload overrun override overwrite own page paint panic " +
    "parse part partition pass paste pause pay peek perform permit persist pick ping pipe place plan play plug point poll pool pop populate position post postpone predict prefer prefix prepare present preserve press prevent price print probe proceed " +
    "process produce profile program promote prompt propagate propose protect prove provide provision proxy prune publish pull pump purge push put qualify quarantine query queue quit quote raise range rank rate reach react read rebalance rebuild recalculate " +
    "receive reclaim recognise recognize reconcile reconnect record recover redeem redirect redo reduce refer refill reflect refresh refund refuse regain regenerate register reindex reject relate release reload remain remember remind remove rename render renew " +
    "reopen repair repeat replace replay replicate reply report represent request require requeue reschedule reserve reset resize resolve respond restart restore restrict result resume retain retire retrieve retry return reuse reveal reverse revert review revoke rewrite " +
    "rotate round route run sample satisfy save say scale scan schedule score screen scroll search seal see seed seek seem select sell send separate sequence serialise serialize serve set settle shard share shift ship show shrink shut shutdown sign signal simulate sink " +
    "size skip sleep slice slide slow smooth snapshot solve sort spawn speak specify spend spill split spread squash stack stale stall stamp stand start starve state stay steal step stick stop store stream stretch strip stub style submit subscribe substitute succeed suffer suggest " +
    "sum supersede supply support suppose suppress surpass suspend swap switch sync synchronise synchronize tag take talk target tell terminate test throttle throw tick tie time toggle touch trace track trade train transfer transform transit translate transmit transport trap travel traverse treat " +
    "trigger trim trip truncate trust try tune turn type undefine undergo undo unblock unbind unify uninstall unlock unmarshal unmount unpack unregister unsubscribe unwrap update upgrade upload upsert use validate vanish verify view violate visit vote wait wake walk want warm warn wash watch weigh win wish withdraw " +
    "work worry wrap write yield zip " +
    // Things.
    "account accuracy action actor adapter address admin administrator agent aggregate alarm alert alias amount analytics annotation api app application area argument array article artifact asset assignment attachment attribute auction audience audit author authority avatar axis " +
    "backend background backlog backoff bandwidth bank bar barrier base basket bean bearer behavior behaviour binary bit board body boolean bootstrap border bot bottom boundary box branch brand breaker bridge broker browser bucket budget bug bulk bus business button byte " +
    "calendar call callback campaign candidate capability capacity car card care carrier cart case catalog catalogue category cell center certificate chain chance channel character charset chart chat checkout checkpoint checksum child choice chunk cipher circuit class clause client clock cloud cluster code " +
    "codec collection collector color colour column command comment community company comparison component condition config configuration confirmation connection connector constant constraint consumer contact container content context contract controller conversion cookie coordinate coordinator copy core corner counter country coupon " +
    "courier course credential credit criterion cron currency cursor curve customer cycle daemon damage dashboard data database datasource date day deadline dead death debug declaration decoder default definition delimiter delivery demand department dependency deployment depth descriptor description destination detail developer device " +
    "dialog dictionary dimension directory discount disk distance document domain door downstream draft driver duplicate duration edge edition editor effect element email employee encoder encoding endpoint engine entity entry enum environment envelope error event evidence example exception executor expression extension factor factory failure " +
    "fallback fault fee feature feed fence field figure file filesystem fingerprint firewall firmware flag flow folder font footer foreign form format formula frame framework frontend function gap garbage gateway generation generator gift goal graph grid ground guard guest guideline handler handshake hardware header heading health heap heartbeat heat height history home host hostname " +
    "hotel hour http https icon id identifier identity image impact index information infrastructure inode input instance instruction instrument integer integrity intent interest interface interval inventory invitation invoice item iterator job journal json kernel key keyspace keystore keyword kind label lambda landing language latency latch layer layout leader leg length lesson level library license " +
    "lifecycle light line lineage listener literal locale location locker logger loss loyalty machine mailbox main maintenance manager manifest margin market marker master material matrix maximum media medium member membership memory menu merchant message metadata meter method metric middleware migration minimum minute mirror mode model module moment money month mount multipart namespace nature network " +
    "newsletter node noise notice notification null object objective offset operand operation operator opinion option origin outage outcome outlet output overhead owner package packet pair panel paper paragraph parameter parent parity parser participant partner party password patch path pattern payee payer payload payment peer penalty people percent percentage performance period permission person phase phone photo piece pin pipeline " +
    "pixel placeholder plane platform player plugin pod policy port portal portion portfolio post preference premium prepared price pricing primary principal printer priority privilege problem procedure producer product production program progress project promise promotion proof property protocol provider pull purchase purpose quality quantity quarter queue quorum quota quote race rack radius ratio reader readiness ready reality reason " +
    "receipt receiver recipe recipient recommendation record recovery redemption refund regex region registration registry regression relation relay release remainder reminder remote renderer replica report repository representation reputation reservation residence resolution resolver resource response rest restaurant restriction result retention return revenue review revision reward risk role rollback rollout room root route router row rule runtime " +
    "safety salary sale sandbox scenario scene schema scheme scope script seat second secondary secret section sector security segment selector self semaphore sender sensor sentence serial series server service session setting settlement setup shadow shape sheet shelf shell shipment shipping shop shortage side sidecar sign signature site situation size skill slave slot snapshot socket software solution source space span spec specification speed spool stack staff stage standard standby " +
    "statement station statistic status step stock stopwatch storage storefront story strategy string structure student study subject subnet subscriber subscription subset substring success suffix suite supplier surface symbol symptom syntax system table tail task tax taxonomy team template tenant term terminal text theme thing thread threshold throughput ticket tier timeline timer timestamp timezone title tls tcp udp ssl ssh ftp dns token tool top topic topology total traffic trail trailer " +
    "transaction transition translation transmission trash tree trend trial truth tuple tunnel tutorial unit universe upstream uri url usage user username utility uuid vacancy validation validator value variable variant variety vector vehicle vendor version vertex video view violation visitor visibility voice volume voter voucher wallet warehouse warning watcher way web webhook website week weight wheel widget width window wire word worker workflow workload workspace world writer xml yaml year zone " +
    // Parts that services are built on: which of them failed is what happened.
    "redis kafka postgres postgresql mysql mariadb oracle sqlite mongo mongodb cassandra dynamo clickhouse elastic elasticsearch opensearch solr lucene rabbitmq rabbit activemq nats pulsar zookeeper consul etcd vault nginx " +
    "envoy istio linkerd haproxy traefik tomcat jetty netty undertow spring hibernate flyway liquibase jdbc jpa hikari kubernetes kubelet docker containerd helm terraform ansible aws azure gcp google amazon github gitlab jenkins " +
    "grafana loki tempo prometheus jaeger zipkin opentelemetry sentry datadog memcached hazelcast ignite spark flink hadoop hdfs airflow celery sidekiq minio keycloak okta ldap smtp imap sftp graphql grpc rest soap java kotlin " +
    "scala python ruby node javascript typescript golang rust csharp dotnet linux windows android ios chrome firefox safari english korean japanese german french spanish chinese " +
    // Qualities and the small words.
    "a able about above absent abstract acceptable accessible accordance active actual acyclic additional adequate after again against ago ahead alive all almost alone along already also although always ambiguous among an and annual another any anybody anymore anyone anything anyway anywhere apart applicable appropriate are around as asynchronous async at atomic auto automatic available away aware " +
    "back backward bad be because before behind below beneath beside best better between beyond big blank blind bogus both brief broken busy but by can cannot careful certain cheap circular circumstance clean cold common compatible complex concurrent consecutive consistent continuous cool correct could critical current cyclic daily dangling dark deep dense different difficult dirty disk distinct double down dry due dull during dynamic each early easy effective eight either eligible else elsewhere empty " +
    "enough entire equal equivalent erroneous especially essential even eventual every everybody everything everywhere exact excessive exclusive explicit expensive external extra extreme fair false familiar far fast fatal few final fine first five flat following for former forth forward four fresh from full further future general generic global good grand great hard healthy heavy here high hot how however human huge idempotent identical if illegal immediate immutable impossible improper in inaccessible inactive inappropriate " +
    "incoming incompatible incomplete inconsistent incorrect independent indirect individual ineligible infinite initial inner insecure inside instead insufficient intact intermediate internal into invalid invisible inward irregular irrelevant is isolated it its just large last late later latest latter lazy least left legacy legal less lexical likely little live local long loose lost loud low main major malformed mandatory manual many maximal may maybe meanwhile mere minimal minor mismatch missing mobile more most much " +
    "multiple must mutable mutual my narrow native natural near necessary negative neither never new next nice nine no nobody non none normal not nothing notorious now nowhere null numeric obsolete occasional odd of off offline often ok okay old on once one ongoing online only opaque opposite optional or ordinary original orphan other otherwise our out outbound outer outgoing outside outstanding over overall overdue parallel partial particular past pending per perfect perhaps permanent personal physical plain pointless positive " +
    "possible potential premature previous primitive private probable proper public pure quick quiet random rapid rare raw readable real recent recursive redundant regular related relative relevant reliable remaining remote rest rich right rough safe same scheduled second secure sensitive serious seven several severe shallow sharp short should significant silent similar simple simultaneous single six slight slow small smart so soft some somebody somehow something sometimes somewhere soon specific stable stale static steady strange strict strong subsequent such sudden " +
    "sufficient suitable superfluous sure suspicious synchronous temporary ten tentative than that the their them then there these they thin third this those three through throughout tight tiny to together too total transient true twice two typical ultimate unable unacceptable unauthorized unavailable unaware unbounded uncaught unchanged unclear undefined under underlying underneath undocumented unequal unexpected unfinished unhandled unhealthy unique universal unknown unless unlikely unlimited unnecessary unread unreachable unreadable unreliable unrelated unresolved unsafe unset unstable unsuccessful unsupported until unused unusual up upon upper upward us useful useless usual vague valid various vast via viable visible void volatile vulnerable warm was we weak weekly well were what when where whether which while white who whole why wide will with within without worse worst would writable wrong yes yet you your zero"
  ).split(" "),
);

/** Stems of Korean log messages: a word that begins with one says what happened. */
const korean = new Set(
  (
    "가능 가입 값 갱신 거부 거절 검색 검증 결과 결제 경고 경로 계산 계정 고객 공급 관리 구독 권한 그룹 금액 기간 기다 기록 길이 내부 너무 네트워크 누락 다시 다음 닫 대기 대상 데이터 도착 동기 동안 동작 뒤 등급 등록 디스크 때문 또는 락 로그 로드 루프 링크 만료 많 매핑 " +
    "메뉴 메모리 메시지 메일 명령 목록 못 문서 미확인 반납 반복 반환 받 발생 발송 방법 배송 배치 배포 변경 변환 버전 번호 보내 복구 부족 부터 분석 불가 불러 불일치 비밀번호 빈 사용 사용자 삭제 상태 상품 새 생성 서버 서비스 선택 설정 성공 세션 소켓 수 수신 수정 수집 순서 스레드 시간 시도 시작 시스템 " +
    "실패 실행 쓰 아니 아이디 알 알림 암호 없 없습 없는 없이 없어 없음 에러 엔드포인트 여는 연결 열 예상 예약 예외 오래 오류 올바르 완료 외부 요청 용량 원본 위치 유효 응답 의 이동 이름 이메일 이미 이미지 인덱스 인증 일부 읽 입력 있 자원 작업 잘못 장바구니 재고 재시도 저장 적용 전달 전송 전에 전 점검 접근 접속 정보 정산 제거 제한 조건 " +
    "조회 존재 종료 주문 주소 중 중단 중복 중지 지나 지연 지원 차단 찾 채널 처리 첫 초과 초기 최대 최소 추가 추출 충돌 취소 카드 캐시 커밋 쿠폰 쿼리 큐 크기 키 타임아웃 탈퇴 테이블 토큰 통신 트랜잭션 파라미터 파싱 파일 패키지 페이지 폴더 필드 필수 필요 하나 하는 하지 한도 할 합계 해석 해제 해지 허용 형식 호출 확인 환경 환불 활성 회원 획득 후 이후 이전 또 및 할당"
  ).split(" "),
);
const koreanStemMax = 4;

/** Whether a word says what happened, in one of its forms, so that it is no value. Code (`OrderCreated`, `order_id`, `ECONNRESET`) says it too. */
export function isOrdinaryWord(word: string): boolean {
  if (/[가-힣]/.test(word)) return hasKoreanStem(word);
  // Keys of translations and of settings, which no class has: `checkout.button.pay`.
  if (/^[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*){1,8}$/.test(word)) return false;
  if (!/^[\p{L}\p{M}'’-]+$/u.test(word)) return true;
  if (isCode(word)) return true;
  return word
    .toLowerCase()
    .split(/['’-]/)
    .every((part) => part.length < 2 || formsOf(part).some((form) => ordinary.has(form)));
}

/** Names of code: two words joined by a capital, or capitals only. */
function isCode(word: string): boolean {
  return /[a-z][A-Z]/.test(word) || isCapitals(word);
}

function isCapitals(word: string): boolean {
  return word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase();
}

/**
 * Whether a word of capitals could be a value as well, a coupon's code, a ticker: only what stands at its place in other messages can tell. What the system's own errors
 * are called is none.
 */
export function mayBeCodeOfValue(word: string): boolean {
  return /^[A-Z]{3,20}$/.test(word) && !/^E[A-Z]{4,}$/.test(word) && !isOrdinaryWord(word.toLowerCase());
}

function hasKoreanStem(word: string): boolean {
  for (let length = 1; length <= Math.min(koreanStemMax, word.length); length++) {
    if (korean.has(word.slice(0, length))) return true;
  }
  return false;
}

const endings: readonly (readonly [ending: string, instead: readonly string[]])[] = [
  ["ies", ["y"]],
  ["ied", ["y"]],
  ["ying", ["ie", "y"]],
  ["ations", ["", "ate", "e"]],
  ["ation", ["", "ate", "e"]],
  ["ings", ["", "e"]],
  ["ing", ["", "e"]],
  ["ions", ["", "e"]],
  ["ion", ["", "e"]],
  ["ments", [""]],
  ["ment", [""]],
  ["ers", ["", "e"]],
  ["er", ["", "e"]],
  ["ors", ["", "e"]],
  ["or", ["", "e"]],
  ["ed", ["", "e"]],
  ["es", ["", "e"]],
  ["s", [""]],
  ["able", ["", "e"]],
  ["ible", ["", "e"]],
  ["ness", [""]],
  ["less", [""]],
  ["ally", ["", "al"]],
  ["ly", ["", "le"]],
  ["en", ["", "e"]],
];
const prefixes = ["un", "re", "non", "pre", "sub", "auto", "multi", "over", "mis", "dis", "de", "in"];

/** The word, without its endings, a doubled letter (`dropped`) or what stands in front (`unlocked`). */
function formsOf(word: string): readonly string[] {
  const forms = [word];
  for (const [ending, instead] of endings) {
    if (!word.endsWith(ending) || word.length - ending.length < 2) continue;
    const stem = word.slice(0, -ending.length);
    for (const each of instead) forms.push(stem + each);
    if (stem.at(-1) === stem.at(-2)) forms.push(stem.slice(0, -1));
  }
  for (const prefix of prefixes) {
    if (word.startsWith(prefix) && word.length - prefix.length >= 3) {
      const rest = word.slice(prefix.length);
      forms.push(rest, rest.replace(/(?:e?d|ing|s)$/, ""), rest.replace(/(?:d|ing)$/, "e").replace(/ee$/, "e"));
    }
  }
  return forms;
}

const irregular = new Set(
  (
    "began begun been being bound broke broken brought built bought came caught chose chosen did does done drawn drew drove driven fell fallen felt fed flew flown forbidden forgot forgotten found froze frozen gave given gone got gotten grew grown had has hidden hid held " +
    "kept knew known laid lain led left lent lost made meant met mistaken overrode overridden overran paid ran read rewritten rewrote rose risen said sank sunk saw seen sent set shook shown shrunk slept sold sought spent split spoke spoken stole stolen stood stuck struck swept taken took taught thought threw thrown told tore torn understood " +
    "went withdrawn withdrew woke woken won wore worn wound wrote written children indices vertices matrices criteria people men women"
  ).split(" "),
);
for (const word of irregular) ordinary.add(word);
