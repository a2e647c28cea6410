/** Packages of runtimes, frameworks and libraries; one part, two or three of a class's name are looked up. */
const libraryPackages = new Set(
  [
    // The JVM and its languages
    "java javax jdk sun com.sun jakarta kotlin kotlinx _COROUTINE scala groovy groovyjarjarantlr groovyjarjarasm grails clojure oracle android androidx dalvik libcore",
    "org.graalvm org.codehaus org.jetbrains org.w3c org.xml org.ietf org.omg com.oracle com.ibm com.azul",
    // Web frameworks and servers
    "org.springframework org.springdoc org.apache org.eclipse org.jboss org.wildfly org.xnio org.glassfish org.jvnet org.thymeleaf org.mortbay org.restlet org.http4s",
    "io.netty io.undertow io.vertx io.micronaut io.quarkus io.ktor io.javalin io.helidon io.dropwizard io.jooby io.smallrye io.grpc io.rsocket io.swagger io.projectreactor io.reactivex",
    "reactor rx play akka ratpack spray graphql freemarker com.linecorp.armeria com.vaadin com.typesafe com.graphql com.twitter com.lihaoyi cats fs2 zio monix sttp slick scalaz doobie sangria caliban shapeless",
    // Clients
    "okhttp3 okio retrofit2 feign com.squareup com.amazonaws com.google com.microsoft com.azure com.netflix com.rabbitmq com.hazelcast com.couchbase com.datastax com.stripe com.slack com.twilio com.sendgrid com.auth0",
    "software.amazon redis.clients org.elasticsearch org.opensearch co.elastic org.redisson org.asynchttpclient io.lettuce io.minio io.fabric8 io.kubernetes io.confluent io.nats io.temporal io.camunda io.awspring io.github.openfeign",
    "com.github.dockerjava com.github.kittinunf com.alibaba.nacos com.alibaba.csp com.alibaba.cloud com.alibaba.dubbo org.zeromq net.spy dev.langchain4j dev.openfeature",
    // Databases
    "com.zaxxer com.mchange com.mysql com.mongodb com.p6spy com.querydsl com.atomikos com.alibaba.druid com.baomidou com.github.pagehelper com.github.gavlyukovskiy com.vladmihalcea com.clickhouse com.impossibl",
    "org.hibernate org.postgresql org.h2 org.hsqldb org.mariadb org.sqlite org.mongodb org.bson org.neo4j org.jooq org.mybatis org.flywaydb org.ehcache org.infinispan org.jdbi org.rocksdb org.firebirdsql org.duckdb liquibase io.r2dbc io.asyncer io.debezium net.ttddyy net.snowflake",
    // Logging, metrics, traces
    "ch.qos org.slf4j org.tinylog org.zalando io.micrometer io.prometheus io.opentelemetry io.opentracing io.jaegertracing io.zipkin io.sentry io.github.microutils io.github.oshai mu brave zipkin2 kamon com.newrelic com.datadog datadog com.codahale com.p6spy com.navercorp.pinpoint net.logstash oshi",
    // Everything else
    "com.fasterxml com.nimbusds com.jayway com.lmax com.esotericsoftware com.ctc com.intellij com.thoughtworks.xstream com.opencsv com.itextpdf com.lowagie com.jcraft com.maxmind com.alibaba.fastjson com.alibaba.fastjson2 com.github.benmanes com.github.jknack com.sksamuel com.ecwid com.sleepycat",
    "org.aspectj org.quartz org.yaml org.json org.objectweb org.ow2 org.keycloak org.koin org.kodein org.togglz org.reactivestreams org.joda org.threeten org.checkerframework org.osgi org.reflections org.bouncycastle org.conscrypt org.jsoup org.modelmapper org.mapstruct org.owasp org.jctools org.agrona org.camunda",
    "org.flowable org.activiti org.drools org.kie org.axonframework org.jobrunr org.antlr org.dom4j org.jdom org.jdom2 org.ektorp org.jgroups org.hornetq org.typelevel org.json4s org.scala org.groovy org.grails org.locationtech org.bytedeco org.tensorflow org.jline org.fusesource",
    "io.jsonwebtoken io.arrow io.insert-koin io.vavr io.leangen io.hypersistence io.cloudevents io.axoniq io.circe io.airlift io.github.resilience4j io.github.bucket4j io.github.classgraph io.getunleash",
    "net.bytebuddy net.sf net.sourceforge net.devh net.minidev net.jodah net.javacrumbs net.jcip net.jpountz net.openhft net.objecthunter dev.failsafe lombok arrow dagger antlr nonapi de.codecentric",
    // Tests
    "junit org.junit org.testng org.mockito org.hamcrest org.assertj org.opentest4j org.easymock org.powermock org.testcontainers org.spockframework org.scalatest org.scalactic org.specs2 org.jacoco org.gradle worker.org.gradle spock io.kotest io.mockk io.restassured com.github.tomakehurst com.ninjasquad com.navercorp.fixturemonkey de.flapdoodle",
  ].flatMap((packages) => packages.split(" ")),
);

const generated =
  /\$Proxy\d|CGLIB\$\$|\$\$EnhancerBy|\$\$FastClassBy|\$\$Lambda|\$(?:MockitoMock|ByteBuddy|HibernateProxy|HibernateInstantiator|auxiliary)\$|\$AjcClosure\d|_\$\$_|(?:^|\.)\$\w+\$Definition|__(?:BeanDefinitions|Autowiring|BeanFactoryRegistrations)\b|_(?:ClientProxy|Subclass)$/;

/** Whether a class was made by a proxy, a lambda or a compiler, in a package of ours though it may be. */
export function isGeneratedClass(className: string): boolean {
  return (className.includes("$") || className.includes("_")) && generated.test(className);
}

/** Whether a class of the JVM is neither the runtime's nor a library's. */
export function isOwnClass(className: string): boolean {
  if (isGeneratedClass(className)) return false;
  const first = className.indexOf(".");
  if (first === -1) return !className.startsWith("$");
  const second = className.indexOf(".", first + 1);
  const third = second === -1 ? -1 : className.indexOf(".", second + 1);
  return !(
    libraryPackages.has(className.slice(0, first)) ||
    (second !== -1 && libraryPackages.has(className.slice(0, second))) ||
    (third !== -1 && libraryPackages.has(className.slice(0, third)))
  );
}
