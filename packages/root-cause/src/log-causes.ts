// What a process says of itself, and which cause that names. Pure.

const LOG_CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /pthread_create|unable to create (new )?native thread|failed to create new OS thread|(fork|clone)[^\n]{0,40}Resource temporarily unavailable|pids? limit/i,
    'process-limit',
  ],
  [
    /vm\.max_map_count|fs\.inotify|max_user_(watches|instances)|inotify[^\n]{0,40}(limit|too many)|net\.core\.somaxconn|kernel\.\w+ [^\n]{0,30}too (low|small)/i,
    'kernel-limit',
  ],
  [/OutOfMemory|out of memory|Cannot allocate memory|heap space|\bOOM\b|MemoryError|maxmemory/i, 'memory-exhausted'],
  [/read.?only file system|EROFS/i, 'read-only-file-system'],
  [/no space left|disk full|ENOSPC|quota exceeded/i, 'disk-full'],
  [
    /too many (clients|connections)|connection pool|pool (exhausted|timeout)|remaining connection slots|Hikari\w*.*not available|max(imum)?[_ ](number of )?(clients|connections)/i,
    'connections-exhausted',
  ],
  [/read.?only (mode|transaction|option|replica)|--read-only|--super-read-only|READONLY|not (the )?(master|primary)/i, 'data-store-read-only'],
  [
    /access denied for user|authentication failed|Unable to authenticate|password authentication|invalid (username|credentials|password)|WRONGPASS|NOAUTH|28P01|Login failed|SCRAM|AuthenticationFailed/i,
    'credentials-mismatch',
  ],
  [/address already in use|EADDRINUSE|bind: .*in use|port \d+ (is )?(already )?in use/i, 'container-port-conflict'],
  [/no such host|UnknownHost|could not resolve|name resolution|ENOTFOUND|getaddrinfo|Name or service not known|EAI_AGAIN|NXDOMAIN/i, 'dns-resolution-failure'],
  [
    /unknown database|(table|relation|column|database) .*(does not|doesn't) exist|no such table|Unknown column|UNKNOWN_TOPIC|(topic|queue|vhost|virtual host|bucket|index|collection|keyspace) \S+ (does not exist|not found)|NoSuchBucket|index_not_found/i,
    'schema-mismatch',
  ],
  [/certificate|x509|SSLHandshake|TLS handshake|CERT_|PKIX/i, 'certificate-invalid'],
  [/exec format error/i, 'image-architecture-mismatch'],
  [/bind\b[^\n]{0,60}permission denied|operation not permitted|EPERM/i, 'security-context'],
  [/permission denied.*(\/|open|mkdir|write|create)|(open|mkdir|write|create|chown)\b.*permission denied|EACCES/i, 'volume-permission-denied'],
  [/forbidden: User|is forbidden|cannot (get|list|watch|create|update|patch|delete) resource|AccessDenied|PERMISSION_DENIED/i, 'permission-denied'],
  [/deadlock/i, 'deadlock'],
  [/too many open files|EMFILE|ENFILE/i, 'files-exhausted'],
  [/clock (is )?(skew|drift|behind|ahead)|skew|not yet valid|token (is )?expired|used before issued/i, 'clock-skew'],
  [/(no such file or directory|ENOENT|FileNotFound|cannot find the file|file (does not exist|not found))/i, 'missing-file'],
  [
    /strconv\.|NumberFormatException|invalid literal for|ValueError|ParseError|invalid (value|port|number|duration|boolean|url|uri|format)|could not (convert|parse)|cannot (convert|unmarshal)|environment variable|env(ironment)? var|missing (required )?(key|property|setting|config|argument|parameter)|invalid (configuration|config|setting|option)|(cannot|failed to|could not|error) (parse|load|read|pars\w+|load\w+|read\w+) (the )?(config|settings|yaml|json|properties(?! of (undefined|null)))|config\w* (error|invalid)|not set\b|must be set|unknown flag|Could not resolve placeholder/i,
    'configuration',
  ],
  [
    /\bpanic:|Traceback|Unhandled|Uncaught|NullPointer|SegmentationFault|segfault|index out of (range|bounds)|TypeError|ReferenceError|Cannot (read|set) propert(y|ies) of (undefined|null)|is not a function|KeyError|ClassCast|IllegalState|assert(ion)? failed|stack overflow|StackOverflow/i,
    'application-error',
  ],
];
/** Only the called one can know these: who logs them has been told so. */
const SAID_BY_CALLEE: ReadonlySet<string> = new Set(['data-store-read-only', 'connections-exhausted', 'schema-mismatch', 'deadlock', 'certificate-invalid']);
export const isSaidByCallee = (cause: string, message: string): boolean => SAID_BY_CALLEE.has(cause) || /OOM command not allowed|maxmemory/i.test(message);
export const CALL_FAILED =
  /refused|unreachable|timed? ?out|timeout|deadline|reset by peer|unavailable|no route|failed to (connect|call|fetch|reach)|could not (connect|get|reach)|connect(ion)? (error|fail)|no healthy|\b50[0234]\b|Internal Server Error|ECONN|EHOST|ENOTFOUND|no such host|rpc error|Communications link failure/i;

/** An answer that came and could not be used: who gave it is named. */
export const BAD_ANSWER =
  /(could not|cannot|can't|failed to|unable to|error) (read|reading|parse|parsing|decode|decoding|deserialize|unmarshal)[^\n]{0,40}(response|reply|answer|result)|(invalid|malformed|unexpected|empty) (json )?(response|reply|body) (of|from)/i;

/** Lines about where a process reports to: without it nobody's request fails. */
export const REPORTS_ONLY =
  /\b(otel|otlp|opentelemetry|jaeger|zipkin|statsd|datadog|sentry|telemetry)\b|(traces?|spans?|metrics?|profiles?) (export|push)|export(er|ing)?[^\n]{0,40}(traces?|spans?|metrics?|telemetry)|(span|trace|metric)s? (could not|cannot|failed to) be (sent|exported|pushed)/i;

export const causeInLog = (message: string): string | null => LOG_CAUSES.find(([pattern]) => pattern.test(message))?.[1] ?? null;
