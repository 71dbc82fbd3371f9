// What of the caller's environment may be seen by services, and what by installs and builds. Pure.
import { delimiter, dirname } from 'node:path';
import type { Configuration, ServiceModel } from '@awo/contracts';

/** Where tools find registries, proxies and caches. A service gets none of these. */
const TOOL_NAMES = new Set([
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'JAVA_HOME',
  'M2_HOME',
  'MAVEN_OPTS',
  'GRADLE_USER_HOME',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'PNPM_HOME',
  'COREPACK_HOME',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
]);
const TOOL_PREFIXES = ['NPM_CONFIG_', 'PIP_', 'UV_', 'YARN_', 'CARGO_HTTP_', 'CARGO_NET_'];
const GO_NAMES =
  /^(CGO_ENABLED|GO(PROXY|PATH|ROOT|MODCACHE|CACHE|FLAGS|PRIVATE|NOPROXY|NOSUMDB|NOSUMCHECK|SUMDB|INSECURE|ENV|TOOLCHAIN|TMPDIR|VCS|OS|ARCH|WORK))$/;
/** Rights to publish, and what an outer `npm run` says about itself. */
const NOT_FOR_TOOLS = /PUBLISH|^NPM_CONFIG_(LOCAL_PREFIX|USER_AGENT|GLOBAL_PREFIX|OMIT|PRODUCTION|ONLY)$/;

function isForTools(name: string): boolean {
  const upper = name.toUpperCase();
  return !NOT_FOR_TOOLS.test(upper) && (TOOL_NAMES.has(upper) || GO_NAMES.test(upper) || TOOL_PREFIXES.some((p) => upper.startsWith(p)));
}

/** `node` means the Node that runs this. */
const pathOf = (hostEnv: NodeJS.ProcessEnv): string =>
  [dirname(process.execPath), ...(hostEnv['PATH'] ? [hostEnv['PATH']] : ['/usr/local/bin', '/usr/bin', '/bin'])].join(delimiter);

function named(hostEnv: NodeJS.ProcessEnv, model: ServiceModel): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of model.envFrom) {
    const value = hostEnv[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** The model as it holds on this machine: what it names of the installation's environment are values. */
export function resolved(model: ServiceModel, hostEnv: NodeJS.ProcessEnv): ServiceModel {
  const env = { ...model.env, ...named(hostEnv, model) };
  const address = (standby: string): string[] => {
    const name = /^\$(\w+)$/.exec(standby)?.[1];
    if (name === undefined) return [standby];
    const value = model.envFrom.includes(name) ? env[name] : undefined;
    return value === undefined ? [] : [value];
  };
  const sources = Object.entries(model.sources ?? {}).map(([variable, source]) => [variable, { ...source, standby: source.standby.flatMap(address) }] as const);
  return { ...model, env, envFrom: [], ...(model.sources === undefined ? {} : { sources: Object.fromEntries(sources) }) };
}

/** With what the service was told since, which stands above everything: else a source taken from the environment could not be switched. */
export function configured({ configuration }: { configuration?: Configuration | undefined }, model: ServiceModel, hostEnv: NodeJS.ProcessEnv): ServiceModel {
  const here = resolved(model, hostEnv);
  return { ...here, env: { ...here.env, ...configuration?.env } };
}

const language = (hostEnv: NodeJS.ProcessEnv): string => hostEnv['LANG'] ?? 'C.UTF-8';

/** For installs and builds. No NODE_ENV: builds need what is declared for development. */
export function toolEnvironment(hostEnv: NodeJS.ProcessEnv, model: ServiceModel): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(hostEnv)) if (value !== undefined && isForTools(name)) env[name] = value;
  return { ...env, CI: 'true', PATH: pathOf(hostEnv), LANG: language(hostEnv), ...named(hostEnv, model) };
}

const urlName = (service: string): string => `${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_URL`;

export type ServiceVariables = {
  /** As `configured` gives it. */
  model: ServiceModel;
  hostEnv: NodeJS.ProcessEnv;
  home: string;
  port: number;
  launch: string;
  /** Where it may report metrics and traces to by OTLP; null: nowhere. */
  otlpUrl: string | null;
  addresses: Record<string, string>;
};

/** Header of a report that says which process sends it. */
export const LAUNCH_HEADER = 'x-awo-launch';
/** Added to the receiver's address, as the protocol has it. */
export const OTLP_PATHS = { metrics: '/v1/metrics', traces: '/v1/traces' };

/** A service with an OpenTelemetry SDK reports by these. One that says anything of it itself gets none: these would lead its figures away from its own collector, and our header there. */
function reportTo(url: string | null, launch: string, own: Readonly<Record<string, string>>): Record<string, string> {
  if (url === null) return {};
  const says = (what: RegExp): boolean => Object.keys(own).some((name) => what.test(name));
  const to = (signal: 'METRICS' | 'TRACES', path: string): Record<string, string> => ({
    [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]: `${url}${path}`,
    [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]: 'http/protobuf',
    [`OTEL_EXPORTER_OTLP_${signal}_HEADERS`]: `${LAUNCH_HEADER}=${launch}`,
  });
  return {
    ...(says(/^OTEL_(EXPORTER_OTLP|METRICS_EXPORTER|SDK_DISABLED)/) ? {} : { ...to('METRICS', OTLP_PATHS.metrics), OTEL_METRIC_EXPORT_INTERVAL: '5000' }),
    // An incident is explained within seconds: spans that are told later are not there.
    ...(says(/^OTEL_(EXPORTER_OTLP|TRACES_EXPORTER|SDK_DISABLED)/) ? {} : { ...to('TRACES', OTLP_PATHS.traces), OTEL_BSP_SCHEDULE_DELAY: '1000' }),
  };
}

/** For a service: what it is told, and what its model says. Nothing else of the caller's. */
export function serviceEnvironment({ model, hostEnv, home, port, launch, otlpUrl, addresses }: ServiceVariables): Record<string, string> {
  const urls = Object.fromEntries(Object.entries(addresses).map(([service, address]) => [urlName(service), address]));
  return {
    PATH: pathOf(hostEnv),
    HOME: home,
    LANG: language(hostEnv),
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    ...urls,
    ...reportTo(otlpUrl, launch, model.env),
    ...model.env,
    PORT: String(port),
    AWO_LAUNCH: launch,
  };
}

/** `$PORT` and `${PORT}` inside arguments; there is no shell that would do it. */
export const withPort = (command: readonly string[], port: number): string[] => command.map((part) => part.replaceAll(/\$\{PORT\}|\$PORT\b/g, String(port)));
