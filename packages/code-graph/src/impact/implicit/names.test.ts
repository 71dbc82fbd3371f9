// Tokens of containers, names that are written or put together in another way, and templates: as the libraries that take them document it.
import { expect, test } from 'vitest';
import type { Detector } from './detector.ts';
import { nameStart, putTogether } from './put-together.ts';
import { sharedName } from './shared-name.ts';
import { computedTemplate, template } from './template.ts';
import { provided } from './tokens.ts';

type Case = [detector: Detector, from: string, says: string, to: string, reads: string, sees: boolean, gone?: boolean];
const NEST = "@Module({\n  providers: [{ provide: 'VAT_RATE', useFactory: () => ({ of: (cents) => cents * 0.2 }) }],\n})";
const AWILIX = 'container.register({\n  vatRate: asValue(0.2),\n  logger: asFunction(makeLogger).singleton(),\n});';
const PYTHON = 'class Container(containers.DeclarativeContainer):\n    vat_rate = providers.Factory(FlatRate, percent=20)';

const CASES: Case[] = [
  [provided, 'a.module.ts', NEST, 'b.ts', "constructor(@Inject('VAT_RATE') private readonly rate: Rate) {}", true],
  [provided, 'a.module.js', NEST, 'b.js', "export class Invoice {\n  static inject = ['LOG', 'VAT_RATE'];\n}", true],
  [provided, 'a.module.js', NEST, 'b.js', "static get inject() {\n    return ['VAT_RATE'];\n  }", true],
  [provided, 'a.module.js', NEST, 'b.ts', "{ provide: Invoice, useFactory: makeInvoice, inject: ['VAT_RATE'] }", true],
  [provided, 'a.module.js', NEST, 'b.js', "const label = 'VAT_RATE';", false],
  [provided, 'a.module.js', NEST, 'b.js', "{ provide: 'VAT_RATE', useValue: 1 }", false],
  [provided, 'app.config.ts', '{ provide: VAT_RATE, useValue: 0.2 }', 'b.ts', 'readonly rate = inject(VAT_RATE);', true],
  [provided, 'app.config.ts', '{ provide: VAT_RATE, useValue: 0.2 }', 'b.ts', "export const VAT_RATE = new InjectionToken<number>('rate');", false],
  [provided, 'app.config.ts', '{ provide: VAT_RATE, useValue: 0.2 }', 'b.ts', 'const rate = inject(VAT_RATES);', false],
  [provided, 'ioc.ts', 'container.bind<Rate>(TYPES.Rate).to(FlatRate);', 'b.ts', 'constructor(@inject(TYPES.Rate) rate: Rate) {}', true],
  [provided, 'ioc.ts', 'container.bind<Rate>(TYPES.Rate).to(FlatRate);', 'b.ts', 'constructor(@inject(TYPES.Rates) rate: Rate) {}', false],
  [provided, 'main.ts', "app.provide('vatRate', 0.2)", 'b.vue.ts', "const rate = inject<number>('vatRate');", true],
  [provided, 'typed.ts', "createInjector().provideValue('vatRate', 0.2)", 'b.ts', "makeInvoice.inject = ['vatRate'] as const;", true],
  [provided, 'a.js', AWILIX, 'b.js', 'export const makeInvoice = ({ clock, vatRate }) => ({});', true],
  [provided, 'a.js', AWILIX, 'b.js', 'class Invoice {\n  constructor({ vatRate }) {\n    this.rate = vatRate;\n  }\n}', true],
  [provided, 'a.js', AWILIX, 'b.js', 'const { vatRate } = container.cradle;', true],
  [provided, 'a.js', AWILIX, 'b.js', 'show({ vatRate: 0.3 });', false],
  [provided, 'a.js', AWILIX, 'b.js', 'export const page = ({ logger }) => logger.info(1);\nheaders.get("logger");', false],
  [provided, 'a.js', "container.register('logger', log)", 'b.js', "const logger = container.resolve('logger');", false],
  [provided, 'a.py', PYTHON, 'b.py', 'def total(rate: Rate = Provide[Container.vat_rate]):', true],
  [provided, 'a.py', PYTHON, 'b.py', 'def total(rate: Rate = Provide["vat_rate"]):', true],
  [provided, 'a.py', PYTHON, 'b.py', 'rate = self.container.vat_rate()', true],
  [provided, 'a.py', PYTHON, 'b.py', 'return bill["vat_rate"] + bill.vat_rate', false],
  [provided, 'Rates.java', '@Bean\n  public Rate vatRate() {\n    return new FlatRate(20);\n  }', 'B.java', '@Service class B {\n  B(Rate rate) {}\n}', true],
  [provided, 'Program.cs', 'builder.Services.AddSingleton<IRate>(_ => new FlatRate(20));', 'B.cs', 'var rate = provider.GetRequiredService<IRate>();', true],
  [provided, 'P.php', '$this->app->singleton(Rate::class, fn () => new FlatRate(20));', 'B.php', 'public function __construct(private Rate $rate) {}', true],

  [sharedName, 'a.js', "response.setHeader('X-Cart-Budget', '5')", 'b.js', "headers.get('x-cart-budget')", true, true],
  [sharedName, 'a.js', "response.setHeader('X-Cart-Budget', '5')", 'b.py', 'request.META["HTTP_X_CART_BUDGET"]', true, true],
  [sharedName, 'a.js', "request.headers['x-request-id']", 'b.go', 'r.Header.Get("X-Request-ID")', true, true],
  [sharedName, 'a.js', "list.classList.add('cart-budget')", 'b.js', "say('Cart-Budget')", false, true],
  [sharedName, 'a.py', 'METRICS = {"cart_requests_failed_total": 1}', 'rules.yml', '        expr: rate(cart_requests_failed_total[5m]) > 0.1', true, true],
  [sharedName, 'a.go', 'Name: "requests_failed_total"', 'rules.yml', 'expr: |\n  sum by (job) (rate(cart_requests_failed_total{job="a"}[5m]))', true, true],
  [
    sharedName,
    'a.py',
    'Histogram("cart_latency_seconds", "x")',
    'board.json',
    '{ "expr": "histogram_quantile(0.9, cart_latency_seconds_bucket)" }',
    true,
    true,
  ],
  [sharedName, 'a.py', 'METRICS = {"cart_requests_failed_total": 1}', 'rules.yml', 'description: cart_requests_failed_total is high', false, true],
  [sharedName, 'a.py', 'METRICS = {"cart_requests_failed_total": 1}', 'rules.yml', 'expr: rate(cart_requests_failed_totals[5m])', false, true],

  [putTogether, 'a.js', "for (const name of ['daily_limit']) set(`cart:${name}`, 1)", 'b.py', 'cache.get("cart:daily_limit")', true, true],
  [putTogether, 'a.py', 'for name in {"daily_limit": 1}:\n    put(f"cart:{name}", 1)', 'b.js', "cache.get('cart:daily_limit')", true, true],
  [putTogether, 'a.go', 'set(fmt.Sprintf("cart:%s", "daily_limit"))', 'b.rb', "cache.read('cart:daily_limit')", true, true],
  [putTogether, 'a.js', "set('cart:' + name, ['daily_limit'])", 'b.js', "cache.get('cart:weekly_limit')", false, true],
  [putTogether, 'a.js', "set(`cart:${name}`, ['daily_limit'])", 'b.js', "cache.get('cart:daily_limit')", false],
  [nameStart, 'a.js', 'cache.set(`cart:${id}`, 1)', 'b.py', 'cache.get(f"cart:{cart.id}")', true, true],
  [nameStart, 'a.js', "cache.set('cart:daily_limit', 1)", 'b.js', 'cache.get(`cart:${name}`)', true, true],
  [nameStart, 'a.js', "cache.set('cart:daily_limit', 1)", 'b.js', 'cache.get(`carts:${name}`)', false, true],
  [nameStart, 'a.js', 'fetch(`https://${host}`); open(`a:${b}`)', 'b.js', 'fetch(`https://${other}`); open(`a:${c}`)', false, true],
  [nameStart, 'a.js', "import get from 'lodash/get';", 'b.js', "import('lodash/' + name)", false, true],

  [template, 'templates/cart/show_detail.html', 'x', 'views.py', 'class Show(DetailView):\n    template_name = "cart/show_detail.html"', true],
  [template, 'views/cart/paid.mustache', 'x', 'a.js', "const PAGES = { open: 'cart/open', paid: 'cart/paid' };", true],
  [template, 'views/cart/paid.mustache', 'x', 'a.js', "fetch('/cart/paid'); import x from 'cart/paid';", false],
  [template, 'emails/welcome/html.pug', 'x', 'a.js', "email.send({ template: 'welcome' })", true],
  [template, 'views/partials/row.mustache', 'x', 'views/list.mustache', '{{> partials/row}}', true],
  [template, 'web/cart.tmpl', '{{define "cart-total"}}x{{end}}', 'a.go', 'pages.ExecuteTemplate(&out, "cart-total", 1)', true],
  [computedTemplate, 'templates/cart/show_detail.html', 'x', 'views.py', 'return render(request, f"cart/show_{action}.html")', true],
  [computedTemplate, 'emails/welcome.hbs', 'x', 'a.js', 'await render(`emails/${kind}`, { user })', true],
  [computedTemplate, 'views/cart/paid.ejs', 'x', 'a.js', "response.render('cart/' + state)", true],
  [computedTemplate, 'views/cart/paid.ejs', 'x', 'a.js', 'response.render(`cart/show_${state}`)', false],
  [computedTemplate, 'views/cart/paid.ejs', 'x', 'a.js', "// cart/\nresponse.render(`${page}.ejs`); view('cart/')", false],
  [computedTemplate, 'views/cart/paid.ejs', 'x', 'a.js', 'fetch(`cart/${state}`)', false],
];

test.each(CASES)('%o: in %s %j and in %s %j is seen: %s', (detector, from, says, to, reads, sees, gone = false) => {
  const answers = detector.signals(says, from).map(({ name }) => {
    const needle = detector.needle(name);
    return needle !== null && reads.includes(needle) ? detector.answer(name, { path: to, source: reads, sameUnit: false }, { path: from, gone }) : null;
  });
  expect(answers.some((answer) => answer !== null && answer.confidence >= 0.3)).toBe(sees);
});
