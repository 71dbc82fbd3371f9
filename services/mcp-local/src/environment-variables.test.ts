// What services and installs get to see of the caller's environment.
import { expect, test } from 'vitest';
import { configured, serviceEnvironment, toolEnvironment, withPort } from './environment-variables.ts';
import { modelOf } from './fixtures/shop.ts';

const hostEnv = {
  PATH: '/usr/bin',
  HOME: '/home/ann',
  DATABASE_PASSWORD: 'secret',
  NODE_ENV: 'development',
  GOPROXY: 'https://proxy.example',
  GOOGLE_API_KEY: 'secret',
  npm_config_registry: 'https://registry.example',
  npm_config_local_prefix: '/awo',
  CARGO_REGISTRY_TOKEN: 'secret',
  UV_PUBLISH_TOKEN: 'secret',
  https_proxy: 'http://proxy',
  STRIPE_KEY: 'named',
};

test('an install finds registries, proxies and caches, and no other secret', () => {
  const env = toolEnvironment(hostEnv, modelOf({ envFrom: ['STRIPE_KEY'] }));
  expect(Object.keys(env).toSorted()).toEqual(['CI', 'GOPROXY', 'HOME', 'LANG', 'PATH', 'STRIPE_KEY', 'https_proxy', 'npm_config_registry']);
});

test('a service gets its own port whatever its repository says, and what the repository says about its neighbours', () => {
  const model = modelOf({ env: { PORT: '80', CART_URL: 'http://elsewhere' } });
  const env = serviceEnvironment({
    model,
    hostEnv,
    home: '/private',
    port: 21_000,
    launch: 'x',
    otlpUrl: null,
    addresses: { cart: 'http://a', 'price-list': 'http://b' },
  });
  expect(env).toMatchObject({ PORT: '21000', CART_URL: 'http://elsewhere', PRICE_LIST_URL: 'http://b', HOME: '/private' });
  expect(Object.values(env)).not.toContain('secret');
});

test('a service with an OpenTelemetry SDK is told where to report, as this launch of it, unless its repository says otherwise', () => {
  const own = { hostEnv, home: '/private', port: 21_000, launch: 'x', otlpUrl: 'http://127.0.0.1:1', addresses: {} };
  expect(serviceEnvironment({ ...own, model: modelOf() })).toMatchObject({
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:1/v1/metrics',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-awo-launch=x',
  });
  expect(serviceEnvironment({ ...own, model: modelOf() })).toMatchObject({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/v1/traces',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-awo-launch=x',
  });
  // Settings for one signal stand above those for all: any of ours would take what it reports away from where it sends it, and tell our name of it there.
  for (const [name, lost] of [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', ['METRIC', 'TRACES|BSP']],
    ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', ['METRIC', 'TRACES|BSP']],
    ['OTEL_METRICS_EXPORTER', ['METRIC']],
    ['OTEL_TRACES_EXPORTER', ['TRACES|BSP']],
  ] as const) {
    const env = serviceEnvironment({ ...own, model: modelOf({ env: { [name]: 'its own' } }) });
    const ours = Object.keys(env).filter((key) => key.startsWith('OTEL_') && key !== name);
    expect(ours.filter((key) => lost.some((what) => new RegExp(what).test(key)))).toEqual([]);
    expect(ours).toHaveLength(lost.length === 2 ? 0 : 4);
    expect(env[name]).toBe('its own');
  }
});

test('$PORT inside arguments becomes the number, as no shell would do it', () => {
  expect(withPort(['gunicorn', '-b', '127.0.0.1:$PORT', '${PORT}', '$PORTAL'], 5)).toEqual(['gunicorn', '-b', '127.0.0.1:5', '5', '$PORTAL']);
});

test('a source that the environment names can be switched to a standby that it names too: what a repair sets stands above', () => {
  const model = modelOf({ env: { STOCK: 'plain' }, envFrom: ['STOCK', 'STOCK_B'], sources: { STOCK: { standby: ['$STOCK_B', 'http://c', '$STRIPE_KEY'] } } });
  const there = { ...hostEnv, STOCK: 'http://a', STOCK_B: 'http://b' };
  const standby = ['http://b', 'http://c'];
  expect(configured({}, model, there)).toMatchObject({ env: { STOCK: 'http://a' }, sources: { STOCK: { standby } } });
  const told = configured({ configuration: { env: { STOCK: 'http://b' }, files: [] } }, model, there);
  const env = serviceEnvironment({ model: told, hostEnv: there, home: '/private', port: 21_000, launch: 'x', otlpUrl: null, addresses: {} });
  expect(env).toMatchObject({ STOCK: 'http://b', STOCK_B: 'http://b' });
  expect(env).not.toHaveProperty('STRIPE_KEY');
});
