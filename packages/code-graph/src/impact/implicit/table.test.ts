// Tables and columns: what of a statement, a model or a migration changed, and who reads it how surely.
import { expect, test } from 'vitest';
import { changedSignals } from './changed-signals.ts';
import { table } from './table.ts';

/** The surest answer of a reader to what changed between two versions of a writer. */
function reach(path: string, before: string | null, after: string, to: string, reads: string): number | null {
  const diff = { path, status: before === null ? 'added' : 'modified' } as never;
  const changed = changedSignals(table, { diff, before, after, change: { kind: 'file', because: '' } });
  const answers = changed.signals.flatMap(({ name, gone }) => {
    const needle = table.needle(name);
    const held = needle !== null && reads.includes(needle);
    return held ? (table.answer(name, { path: to, source: reads, sameUnit: false }, { path, gone })?.confidence ?? []) : [];
  });
  return answers.length === 0 ? null : Math.max(...answers);
}

const SELECT = 'rows = cur.execute("SELECT id, total FROM orders")';
const OTHER = 'rows = cur.execute("SELECT id, note FROM orders")';

test.each([
  ['an INSERT, its values beside it', 'a.ts', "db.query('INSERT INTO orders (id, total) VALUES ($1, $2)', [id, sum])", 'sum', 'sum * 100'],
  [
    'an upsert',
    'a.py',
    'cur.execute("""\n  INSERT INTO orders (id, total)\n  VALUES (%s, %s)\n  ON CONFLICT (id) DO UPDATE SET total = EXCLUDED.total\n""")',
    'EXCLUDED.total',
    '0',
  ],
  [
    'an UPDATE over concatenated strings',
    'A.java',
    'jdbc.update("UPDATE orders " +\n  "SET total = ?, at = ? " +\n  "WHERE id = ?", t, n, id);',
    't, n',
    't + 1, n',
  ],
  ['an UPDATE by an alias', 'a.sql', 'UPDATE o SET total = 1 FROM orders o WHERE o.id = 1;', '= 1 F', '= 2 F'],
  ['an UPDATE over a join', 'a.sql', 'UPDATE orders o JOIN customers c ON c.id = o.id SET total = 1;', '= 1;', '= 2;'],
  ['a MERGE', 'a.sql', 'MERGE INTO orders t USING fresh f ON t.id = f.id WHEN MATCHED THEN UPDATE SET total = f.total;', 'f.total', '0'],
  ['a heredoc', 'a.rb', 'DB.run <<~SQL\n  UPDATE orders SET total = 1\nSQL\n', '= 1', '= 2'],
  ['a call of Go', 'a.go', 'db.Exec(`UPDATE orders SET total = $1`, sum)', 'sum', 'sum*2'],
  ['a wrapped text', 'a.py', "conn.execute(text('UPDATE orders SET total = ?'), (x,))", '(x,', '(x + 1,'],
  ['knex', 'a.js', "await knex('orders').where({ id }).update({ total: sum })", 'sum', 'sum * 2'],
  ['kysely', 'a.ts', "db.insertInto('orders').values({ total: sum }).execute()", 'sum', 'sum * 2'],
  ['drizzle', 'a.ts', 'await db.insert(orders).values({ total: sum })', 'sum', 'sum * 2'],
  ['Supabase', 'a.ts', "await supabase.from('orders').upsert({ total: sum })", 'sum', 'sum * 2'],
  ['Laravel', 'a.php', "DB::table('orders')->insert(['total' => $sum]);", '$sum', '$sum * 2'],
  [
    'a model of SQLAlchemy',
    'm.py',
    'class Order(Base):\n    __tablename__ = "orders"\n    id = Column(Integer)\n    total = Column(Integer)\n',
    'total = Column(Integer)',
    'total = Column(Text)',
  ],
  [
    'a model of Django',
    'm.py',
    'class Order(models.Model):\n    total = models.IntegerField()\n    class Meta:\n        db_table = "orders"\n',
    'IntegerField',
    'TextField',
  ],
  [
    'an entity of JPA',
    'Order.java',
    '@Entity\n@Table(name = "orders")\npublic class Order {\n  @Column(name = "total", nullable = false)\n  private int sum;\n}\n',
    'false',
    'true',
  ],
  ['an entity of TypeORM', 'order.ts', "@Entity('orders')\nexport class Order {\n  @Column({ type: 'int' })\n  total!: number;\n}\n", "'int'", "'text'"],
  [
    'a table of Drizzle',
    'schema.ts',
    "export const orders = pgTable('orders', {\n  id: serial('id'),\n  total: integer('total'),\n});\n",
    "integer('total')",
    "text('total')",
  ],
  [
    'a model of GORM',
    'order.go',
    'type Order struct {\n\tSum int `gorm:"column:total"`\n}\n\nfunc (Order) TableName() string { return "orders" }\n',
    'int ',
    'int64 ',
  ],
  ['a model of Prisma', 'schema.prisma', 'model Order {\n  id Int @id\n  sum Int @map("total")\n  @@map("orders")\n}\n', 'sum Int', 'sum BigInt'],
  ['a column of CREATE TABLE', 'schema.sql', 'CREATE TABLE orders (\n  id int,\n  total numeric(10, 2)\n);', '10, 2', '12, 4'],
])('a column that is written or made differently, by %s, reaches most surely who names it', (_, path, before, from, to) => {
  expect(before).toContain(from);
  const after = before.replace(from, to);
  const [named, other] = [reach(path, before, after, 'b.py', SELECT), reach(path, before, after, 'b.py', OTHER)];
  expect(named).toBeGreaterThanOrEqual(0.8);
  expect(other).toBeGreaterThanOrEqual(0.5);
  expect(named).toBeGreaterThan(other ?? 1);
  expect(reach(path, before, before, 'b.py', SELECT)).toBeNull();
});

test.each([
  ['ALTER TABLE', '002.sql', 'ALTER TABLE orders ADD COLUMN total int, DROP COLUMN old;'],
  ['a rename', '002.sql', 'ALTER TABLE orders RENAME COLUMN total TO sum;'],
  ['Alembic', 'v.py', "op.add_column('orders', sa.Column('total', sa.Integer()))"],
  ['Rails', 'db/migrate/2.rb', 'add_column :orders, :total, :integer'],
  ['Rails, in a block', 'db/migrate/2.rb', 'change_table :orders do |t|\n  t.integer :total\nend\n'],
  ['Knex', 'm.js', "knex.schema.alterTable('orders', (t) => {\n  t.integer('total');\n});"],
  ['Laravel', 'm.php', "Schema::table('orders', function (Blueprint $table) {\n    $table->integer('total');\n});"],
])('a new migration, by %s, reaches most surely who names its column', (_, path, migration) => {
  expect(reach(path, null, migration, 'b.py', SELECT)).toBe(0.95);
  expect(reach(path, null, migration, 'b.py', OTHER)).toBe(0.8);
});

test.each([
  ['SELECT in any case', 'b.cs', 'var q = "select sum(total) from dbo.orders";', true],
  ['a join', 'b.ts', '`SELECT c.id FROM customers c LEFT JOIN orders o ON o.c = c.id`', true],
  ['a list of tables', 'B.java', '"SELECT o.id " +\n  "FROM customers c, orders o"', true],
  ['parts that are put together', 'b.js', "let q = head + ' FROM orders WHERE ' + where;", true],
  ['a common table expression', 'b.go', 'db.Query(`WITH late AS (SELECT id FROM orders) SELECT * FROM late`)', true],
  ['a query in YAML', 'queries.yaml', 'late: select id from orders where late', true],
  ['a query builder', 'b.js', "knex('orders').where({ id })", true],
  ['Prisma', 'b.ts', 'prisma.orders.findMany()', true],
  ['Drizzle', 'b.ts', 'db.select().from(orders)', true],
  ['Sequel', 'b.rb', 'DB[:orders].where(id: 1)', true],
  ['a model that reads the rows', 'b.py', '    __tablename__ = "orders"', true],
  ['another writer', 'b.js', "db.query('UPDATE orders SET at = 1')", false],
  ['another that deletes', 'b.js', "db.query('DELETE FROM orders')", false],
  ['another that inserts', 'b.js', "knex('orders').insert({ id })", false],
  ['a module of the name', 'b.py', 'from orders import total\nq = "SELECT 1"\n', false],
  ['a package of the name', 'b.js', "import { total } from 'orders';", false],
  ['an array of the name', 'b.js', 'const all = Array.from(orders);', false],
  ['an English sentence', 'b.js', "label('Select a size from orders');\nlabel('update orders');", false],
  ['a comment', 'b.js', '// SELECT id FROM orders', false],
  ['a document', 'b.md', '`SELECT id FROM orders`', false],
  ['a longer name', 'b.py', '"SELECT id FROM orders_old"', false],
  ['a migration that ran once', 'db/migrate/1.sql', 'INSERT INTO sums SELECT id FROM orders;', false],
])('rows that are written are seen by who reads them: %s: %s', (_, to, reads, sees) => {
  expect(reach('a.js', null, "db.query('INSERT INTO orders (id) VALUES (1)')", to, reads) !== null).toBe(sees);
});

test.each([
  ['a sentence', "log('please update orders set by Bob');\nt('delete from cart?');"],
  ['a read', "db.query('SELECT id FROM orders')"],
  ['a read by a builder', "knex('orders').where({ id })"],
  ['a comment', '// INSERT INTO orders (id) VALUES (1)'],
  ['a list', 'db.update(orders); list.insert(orders)'],
])('%s writes no table', (_, source) => {
  expect(table.signals(source, 'a.js')).toEqual([]);
});

test('capitals of a table are not told apart: the name is looked for in small letters as well', () => {
  expect(reach('a.sql', null, 'INSERT INTO Orders (id) VALUES (1);', 'b.py', SELECT)).toBe(0.8);
});

test('a select of every column is as sure as one that names it, where the code behind it does', () => {
  const drop = 'ALTER TABLE orders DROP COLUMN unit_price;';
  expect(reach('2.sql', null, drop, 'b.ts', "const [row] = await sql('SELECT * FROM orders');\nshow(row.unitPrice);")).toBe(0.95);
  expect(reach('2.sql', null, drop, 'b.ts', "const [row] = await sql('SELECT * FROM orders');\nshow(row.total);")).toBe(0.8);
});
