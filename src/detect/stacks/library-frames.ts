/** First parts of namespaces of .NET that belong to the runtime or to a library. */
const dotnetLibraries = new Set(
  (
    "System Microsoft Mono Interop Internal FSharp Newtonsoft Serilog NLog log4net Castle Autofac AutoMapper MediatR Dapper Npgsql MySql MySqlConnector Oracle StackExchange " +
    "RabbitMQ MassTransit NServiceBus Polly Hangfire Quartz Grpc Google Amazon Azure MongoDB Swashbuckle NSwag FluentValidation FluentAssertions IdentityServer4 IdentityModel " +
    "Duende Ninject StructureMap Lamar SimpleInjector NUnit Xunit xunit Moq Elasticsearch Nest Elastic OpenTelemetry Confluent Sentry SixLabors CsvHelper RestSharp Refit Orleans Akka " +
    "Topshelf EntityFramework UnityEngine UnityEditor Prometheus HotChocolate GraphQL ProtoBuf MessagePack Humanizer NodaTime Bogus Marten Wolverine Rebus Steeltoe Yarp Ocelot " +
    "ServiceStack Nancy Carter FastEndpoints Stripe Twilio SendGrid MimeKit MailKit Renci Cassandra Couchbase Neo4j Raven LinqToDB NHibernate SqlKata Bugsnag Datadog Elmah JetBrains"
  ).split(" "),
);

/** `System.Linq.Enumerable`, `<StartupCode$FSharp-Core>`, `lambda_method`: the runtime's, a library's, or made while it runs. */
export function isOwnType(module: string | null): boolean {
  if (
    module === null ||
    /^(?:lambda_method|InvokeStub_|<StartupCode\$FSharp|DynamicClass$|AnonymouslyHosted)/.test(module)
  )
    return false;
  return !dotnetLibraries.has(module.split(/[.+/:]/, 1)[0] ?? "");
}

/** A gem's, the standard library's, or the interpreter's own (`<internal:kernel>`). */
export function isOwnRubyFile(file: string | null): boolean {
  if (file === null || file.startsWith("<internal:") || file.startsWith("<")) return false;
  return !/\/gems\/|\/lib\/ruby\/|\/ruby\/\d+\.\d+\.\d+\/|^\/usr\/(?:share|lib)\/(?:ruby|rubygems)|\/rubygems|\/vendor\/(?:bundle|ruby|cache)\/|\/(?:s?bin|libexec)\/(?:bundle|rake|rails|puma|sidekiq|rackup|ruby)$/.test(
    file,
  );
}

/** Null is a function of PHP itself; Composer puts libraries into `vendor`. */
export function isOwnPhpFile(file: string | null): boolean {
  return file !== null && !/(?:^|[\\/])vendor[\\/]|^\/usr\/share\/(?:php|pear)|^phar:|\/pear\//.test(file);
}

const rustLibraries = new Set(
  (
    "std core alloc proc_macro test backtrace __rustc tokio hyper hyper_util axum tower tower_http tower_service actix actix_web actix_rt actix_http actix_server rocket warp tonic reqwest futures futures_util " +
    "futures_core futures_executor anyhow eyre color_eyre tracing tracing_core tracing_subscriber log env_logger serde serde_json serde_yaml sqlx sqlx_core diesel redis rayon rayon_core crossbeam mio " +
    "parking_lot h2 rustls native_tls openssl bytes http async_std smol async_trait pin_project rdkafka mongodb chrono regex clap panic_unwind gimli addr2line miniz_oxide once_cell lazy_static bb8 deadpool " +
    "sea_orm tokio_postgres tokio_util tokio_stream lapin aws_config aws_smithy_runtime aws_sdk_s3 prost poem salvo juniper async_graphql rust_begin_unwind"
  ).split(" "),
);

/** `core::option::expect_failed`, `<alloc::vec::Vec<T> as core::ops::index::Index<I>>`: of whose type the function is counts, then whose trait. */
export function isOwnCrate(module: string | null, file: string | null): boolean {
  if (
    file !== null &&
    /^\/rustc\/|\/\.cargo\/registry\/|\/\.cargo\/git\/|\/rustlib\/|\/cargo\/registry\/|^library\/(?:std|core|alloc)\/|^\/checkout\//.test(
      file,
    )
  )
    return false;
  if (module === null) return file?.endsWith(".rs") === true;
  if (file !== null && /^(?:\.\/|src\/)/.test(file)) return true;
  const crates = module.match(/(?<![\w:])[A-Za-z_]\w*(?=::)/g) ?? [];
  if (crates.length === 0) return !module.startsWith("<") && !rustLibraries.has(module);
  return crates.some((crate) => !rustLibraries.has(crate));
}

const beamLibraries = new Set(
  (
    "Access Agent Application Atom Base Bitwise Calendar Code Date DateTime DynamicSupervisor Enum Enumerable Exception File Float Function GenEvent GenServer Inspect Integer IO Kernel Keyword " +
    "Collectable Config EEx ExUnit IEx JSON Duration PartitionSupervisor Version List Logger Macro Map MapSet Mix Module NaiveDateTime Node OptionParser Path Port Process Protocol Range Record Regex Registry Stream String StringIO Supervisor System Task Time Tuple URI " +
    "Phoenix Plug Ecto Postgrex DBConnection Cowboy Bandit ThousandIsland Oban Broadway GenStage Absinthe Jason Poison Finch Mint Tesla HTTPoison Req Redix Swoosh Bamboo Telemetry Quantum Commanded MyXQL Xandra Mongo ExAws Guardian Sentry Nebulex Cachex " +
    "erlang lists maps gen gen_server gen_statem gen_event gen_fsm proc_lib supervisor erl_eval erl_internal file io io_lib string binary ets dets mnesia timer queue array dict orddict gb_trees sets ordsets sofs proplists " +
    "application application_master code code_server error_logger logger logger_server init user shell rpc erpc global inet inet_tcp gen_tcp gen_udp ssl ssl_gen_statem tls_connection crypto public_key httpc httpc_handler inets json re unicode " +
    "rand calendar os filelib filename erl_scan erl_parse epp compile beam_lib c escript zlib erts_internal prim_file prim_inet prim_eval socket cowboy cowboy_stream_h cowboy_http cowboy_handler ranch hackney poolboy lager jsx jiffy epgsql brod eredis telemetry"
  ).split(" "),
);

/** Erlang/OTP, Elixir, or a library that is used nearly everywhere. */
export function isOwnBeamModule(module: string | null): boolean {
  if (module === null) return false;
  return !beamLibraries.has(module.replace(/^:/, "").split(".", 1)[0] ?? "");
}

/** Programs are built from folders of their own; what systems ship is built elsewhere, or is found in the folders of the system. */
export function isOwnNative(module: string | null, file: string | null): boolean {
  if (file !== null) {
    return !/^(?:\/usr\/|\/build\/|\/lib|\.\.\/sysdeps|\.\.\/csu|\.\/(?:csu|nptl|stdlib|debug|libio|malloc|misc|signal|sysdeps|string|posix)\/|(?:\.\.\/)+(?:src\/)?(?:sysdeps|libsanitizer|libstdc|libgcc|csu|nptl|sysdeps)|\/opt\/(?:gcc|llvm|homebrew)|<compiler-generated>|Swift\/)|\/libsanitizer\/|\/include\/c\+\+\/|\/compiler-rt\//.test(
      file,
    );
  }
  return (
    module === null ||
    !/^(?:\/usr)?\/lib|^\/System\/|(?:^|\/)lib[\w+.-]*\.(?:so|dylib)|\.so\.\d|^(?:linux-vdso|\[vdso\]|ld-linux|dyld|UIKit|CoreFoundation|Foundation|SwiftUI)/.test(
      module,
    )
  );
}

/** Packages have names of their own; which one is the program only the service map knows, so all are but those that nearly everybody uses. */
export function isOwnDartFile(file: string | null): boolean {
  return (
    file !== null &&
    !/^(?:dart:|org-dartlang-|package:(?:flutter|flutter_[a-z_]+|stack_trace|async|http|dio|collection|test|test_api|riverpod|provider|bloc|get|get_it|go_router|shelf|sentry|logging|hive|rxdart|grpc|sqflite|isar|drift|intl|vm_service|zone_local|dart_frog|serverpod|firebase_[a-z]+|cloud_firestore)\/)|\/\.pub-cache\//.test(
      file,
    )
  );
}
