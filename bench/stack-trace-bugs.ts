import type { Random } from "./random.ts";
import type { Voice } from "./voice.ts";

const people = ["Kim Minji", "Anna Schmidt", "José Núñez", "O'Brien", "Li Wei", "Fatima Zahra"] as const;

/** Each language has one bug with each of them. */
const things = ["Order", "Cart", "Stock", "Coupon", "Refund", "Invoice", "Parcel", "Address", "Session", "Catalog"];

/** Ten bugs each in Java (Spring, wrapped), Node (pino, an Express stack) and Python (a traceback below its log line). */
export const stackTraceBugs = [
  ...things.map(
    (thing, at): Voice => ({ service: "checkout", level: "error", line: (...given) => javaLine(thing, at, ...given) }),
  ),
  ...things.map(
    (thing, at): Voice => ({
      service: "storefront",
      level: "error",
      line: (...given) => nodeLine(thing, at, ...given),
    }),
  ),
  ...things.map(
    (thing, at): Voice => ({ service: "pricing", level: "error", line: (...given) => pythonLine(thing, at, ...given) }),
  ),
] as [Voice, ...Voice[]];

/** Below a controller of a Spring application with transactions and security there are some seventy frames of others. */
const springFrames = [
  "jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)",
  "java.base/java.lang.reflect.Method.invoke(Method.java:580)",
  "org.springframework.aop.support.AopUtils.invokeJoinpointUsingReflection(AopUtils.java:355)",
  "org.springframework.aop.framework.CglibAopProxy$CglibMethodInvocation.proceed(CglibAopProxy.java:768)",
  "org.springframework.transaction.interceptor.TransactionAspectSupport.invokeWithinTransaction(TransactionAspectSupport.java:379)",
  "org.springframework.transaction.interceptor.TransactionInterceptor.invoke(TransactionInterceptor.java:119)",
  "org.springframework.aop.framework.ReflectiveMethodInvocation.proceed(ReflectiveMethodInvocation.java:184)",
  "org.springframework.aop.framework.CglibAopProxy$DynamicAdvisedInterceptor.intercept(CglibAopProxy.java:720)",
  "org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:255)",
  "org.springframework.web.method.support.InvocableHandlerMethod.invokeForRequest(InvocableHandlerMethod.java:188)",
  "org.springframework.web.servlet.mvc.method.annotation.ServletInvocableHandlerMethod.invokeAndHandle(ServletInvocableHandlerMethod.java:118)",
  "org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter.invokeHandlerMethod(RequestMappingHandlerAdapter.java:926)",
  "org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter.handleInternal(RequestMappingHandlerAdapter.java:831)",
  "org.springframework.web.servlet.mvc.method.AbstractHandlerMethodAdapter.handle(AbstractHandlerMethodAdapter.java:87)",
  "org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)",
  "org.springframework.web.servlet.DispatcherServlet.doService(DispatcherServlet.java:979)",
  "org.springframework.web.servlet.FrameworkServlet.processRequest(FrameworkServlet.java:1014)",
  "org.springframework.web.servlet.FrameworkServlet.doPost(FrameworkServlet.java:914)",
  "jakarta.servlet.http.HttpServlet.service(HttpServlet.java:590)",
  "org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)",
  "jakarta.servlet.http.HttpServlet.service(HttpServlet.java:658)",
  "org.apache.catalina.core.ApplicationFilterChain.internalDoFilter(ApplicationFilterChain.java:195)",
  "org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:140)",
  ...[
    "context.SecurityContextHolderFilter",
    "web.header.HeaderWriterFilter",
    "web.authentication.logout.LogoutFilter",
  ].flatMap((filter) => [
    `org.springframework.security.${filter}.doFilter(${filter.split(".").at(-1)}.java:82)`,
    "org.springframework.security.web.FilterChainProxy$VirtualFilterChain.doFilter(FilterChainProxy.java:374)",
  ]),
  "org.springframework.security.web.FilterChainProxy.doFilterInternal(FilterChainProxy.java:233)",
  "org.springframework.security.web.FilterChainProxy.doFilter(FilterChainProxy.java:191)",
  ...["RequestContextFilter", "FormContentFilter", "ServerHttpObservationFilter", "CharacterEncodingFilter"].flatMap(
    (filter) => [
      `org.springframework.web.filter.${filter}.doFilterInternal(${filter}.java:100)`,
      "org.springframework.web.filter.OncePerRequestFilter.doFilter(OncePerRequestFilter.java:116)",
      "org.apache.catalina.core.ApplicationFilterChain.internalDoFilter(ApplicationFilterChain.java:164)",
      "org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:140)",
    ],
  ),
  "org.apache.catalina.core.StandardWrapperValve.invoke(StandardWrapperValve.java:167)",
  "org.apache.catalina.core.StandardContextValve.invoke(StandardContextValve.java:90)",
  "org.apache.catalina.authenticator.AuthenticatorBase.invoke(AuthenticatorBase.java:483)",
  "org.apache.catalina.core.StandardHostValve.invoke(StandardHostValve.java:115)",
  "org.apache.catalina.valves.ErrorReportValve.invoke(ErrorReportValve.java:93)",
  "org.apache.catalina.core.StandardEngineValve.invoke(StandardEngineValve.java:74)",
  "org.apache.catalina.connector.CoyoteAdapter.service(CoyoteAdapter.java:344)",
  "org.apache.coyote.http11.Http11Processor.service(Http11Processor.java:397)",
  "org.apache.coyote.AbstractProcessorLight.process(AbstractProcessorLight.java:63)",
  "org.apache.coyote.AbstractProtocol$ConnectionHandler.process(AbstractProtocol.java:905)",
  "org.apache.tomcat.util.net.NioEndpoint$SocketProcessor.doRun(NioEndpoint.java:1744)",
  "org.apache.tomcat.util.net.SocketProcessorBase.run(SocketProcessorBase.java:52)",
  "org.apache.tomcat.util.threads.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1190)",
  "org.apache.tomcat.util.threads.ThreadPoolExecutor$Worker.run(ThreadPoolExecutor.java:659)",
  "org.apache.tomcat.util.threads.TaskThread$WrappingRunnable.run(TaskThread.java:63)",
  "java.base/java.lang.Thread.run(Thread.java:1583)",
];

function javaLine(thing: string, at: number, random: Random, traceId: string): string {
  const id = random.below(1_000_000);
  const own = `com.acme.checkout.${thing.toLowerCase()}`;
  return [
    `2025-01-15T10:00:${pad(random.below(60))}.${random.below(900) + 100}Z ERROR 1 --- [checkout] [nio-8080-exec-${random.below(200)}] [trace_id=${traceId}, span_id=${random.hex(16)}] c.a.c.${thing.toLowerCase()}.${thing}Controller : ${thing} ${id} of ${random.pick(people)} failed after ${random.below(9_000)} ms`,
    `org.springframework.dao.DataIntegrityViolationException: could not execute statement for ${thing.toLowerCase()} ${id}; constraint [fk_${random.hex(6)}]`,
    `\tat ${own}.${thing}Repository.save(${thing}Repository.kt:${40 + at})`,
    `\tat ${own}.${thing}Service.place(${thing}Service.kt:${71 + at})`,
    `\tat ${own}.${thing}Controller.create(${thing}Controller.kt:${28 + at})`,
    ...springFrames.map((frame) => `\tat ${frame}`),
    `Caused by: org.postgresql.util.PSQLException: ERROR: null value in column "currency" of row ${random.below(1_000_000)}`,
    "\tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2725)",
    "\tat org.postgresql.core.v3.QueryExecutorImpl.processResults(QueryExecutorImpl.java:2412)",
    "\tat com.zaxxer.hikari.pool.ProxyPreparedStatement.executeUpdate(ProxyPreparedStatement.java:61)",
    `\tat ${own}.${thing}Repository.insert(${thing}Repository.kt:${33 + at})`,
    `\tat ${own}.${thing}Repository.save(${thing}Repository.kt:${39 + at})`,
    "\t... 71 more",
  ].join("\n");
}

function nodeLine(thing: string, at: number, random: Random, traceId: string): string {
  const name = thing.toLowerCase();
  const message = `Cannot read properties of undefined (reading 'total') of ${name} ${random.below(1_000_000)} for ${random.pick(people)}`;
  const stack = [
    `TypeError: ${message}`,
    `    at ${name}Total (/app/src/${name}/total.ts:${17 + at}:23)`,
    `    at async render${thing} (/app/src/${name}/render.ts:${22 + at}:5)`,
    `    at async /app/src/routes/${name}.ts:${9 + at}:18`,
    "    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)",
    "    at next (/app/node_modules/express/lib/router/route.js:149:13)",
    "    at Route.dispatch (/app/node_modules/express/lib/router/route.js:119:3)",
    "    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)",
    "    at /app/node_modules/express/lib/router/index.js:284:15",
    "    at Function.process_params (/app/node_modules/express/lib/router/index.js:346:12)",
    "    at next (/app/node_modules/express/lib/router/index.js:280:10)",
    "    at expressInit (/app/node_modules/express/lib/middleware/init.js:40:5)",
    "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
  ].join("\n");
  return JSON.stringify({
    level: 50,
    time: 1_736_935_200_000 + random.below(600_000),
    pid: 1,
    hostname: `storefront-${random.hex(10)}`,
    trace_id: traceId,
    span_id: random.hex(16),
    req: {
      method: "POST",
      url: `/api/${name}/${random.below(1_000_000)}`,
      remoteAddress: `10.0.${random.below(256)}.${random.below(256)}`,
    },
    err: { type: "TypeError", message, stack },
    msg: "request errored",
  });
}

/** What lies above an endpoint of FastAPI. */
const asgiFrames = [
  ['starlette/middleware/errors.py", line 187, in __call__', "raise exc"],
  ['starlette/middleware/errors.py", line 165, in __call__', "await self.app(scope, receive, _send)"],
  ['starlette/middleware/cors.py", line 85, in __call__', "await self.app(scope, receive, send)"],
  [
    'starlette/middleware/exceptions.py", line 62, in __call__',
    "await wrap_app_handling_exceptions(self.app, conn)(scope, receive, send)",
  ],
  ['starlette/_exception_handler.py", line 53, in wrapped_app', "raise exc"],
  ['starlette/_exception_handler.py", line 42, in wrapped_app', "await app(scope, receive, sender)"],
  ['starlette/routing.py", line 714, in __call__', "await self.middleware_stack(scope, receive, send)"],
  ['starlette/routing.py", line 734, in app', "await route.handle(scope, receive, send)"],
  ['starlette/routing.py", line 288, in handle', "await self.app(scope, receive, send)"],
  ['starlette/routing.py", line 76, in app', "await wrap_app_handling_exceptions(app, request)(scope, receive, send)"],
  ['starlette/_exception_handler.py", line 53, in wrapped_app', "raise exc"],
  ['starlette/_exception_handler.py", line 42, in wrapped_app', "await app(scope, receive, sender)"],
  ['starlette/routing.py", line 73, in app', "response = await f(request)"],
  ['fastapi/routing.py", line 301, in app', "raw_response = await run_endpoint_function("],
  ['fastapi/routing.py", line 212, in run_endpoint_function', "return await dependant.call(**values)"],
] as const;

function pythonLine(thing: string, at: number, random: Random, traceId: string): string {
  const name = thing.toLowerCase();
  return [
    `2025-01-15 10:00:${pad(random.below(60))},${random.below(900) + 100} ERROR [pricing.${name}] [trace_id=${traceId} span_id=${random.hex(16)}] ${name} ${random.below(1_000_000)} of ${random.pick(people)} has no price`,
    "Traceback (most recent call last):",
    ...asgiFrames.flatMap(([place, code]) => [
      `  File "/usr/local/lib/python3.12/site-packages/${place}`,
      `    ${code}`,
    ]),
    `  File "/srv/pricing/api/${name}.py", line ${18 + at}, in quote_${name}`,
    `    return price_${name}(request.items)`,
    `  File "/srv/pricing/rules/${name}.py", line ${64 + at}, in price_${name}`,
    "    rate = RATES[item.currency]",
    "           ~~~~~^^^^^^^^^^^^^^^",
    `KeyError: 'sku-${random.below(1_000_000)}'`,
  ].join("\n");
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
