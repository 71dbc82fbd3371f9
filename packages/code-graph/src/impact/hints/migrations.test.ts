// What each statement of a migration does to the version before, in SQL and in the words of migration tools.
import { expect, test } from 'vitest';
import type { MigrationStep } from '@awo/contracts';
import type { FileVersions } from '../file-change.ts';
import { namesOfSteps, readTypes } from './column-types.ts';
import { migrationSteps } from './migrations.ts';

const added = (path: string, after: string, before: string | null = null): FileVersions => ({
  diff: {
    path,
    status: before === null ? 'added' : 'modified',
    oldBlob: null,
    newBlob: null,
    addedLines: 1,
    deletedLines: 0,
    binary: false,
    oldPath: undefined,
  } as FileVersions['diff'],
  before,
  after,
  change: { kind: 'file', because: 'test' },
});
const TYPES: Record<string, string> = { 'orders.total': 'bigint', 'orders.note': 'varchar(200)' };
const typeBefore = (table: string, column: string): string | null => TYPES[`${table}.${column}`] ?? null;
const steps = (path: string, text: string): string[] => migrationSteps(added(path, text), typeBefore).map(({ kind, reversible }) => `${kind} ${reversible}`);

test.each<[statement: string, expected: `${MigrationStep['kind']} ${MigrationStep['reversible']}`]>([
  ['CREATE TABLE notes (id int NOT NULL)', 'expand yes'],
  ['CREATE INDEX CONCURRENTLY i ON orders (total)', 'expand yes'],
  ['CREATE UNIQUE INDEX i ON orders (total)', 'contract yes'],
  ['ALTER TABLE orders ADD COLUMN note text', 'expand yes'],
  ["ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT 'a, b'", 'expand yes'],
  ['ALTER TABLE orders ADD COLUMN note text NOT NULL', 'contract yes'],
  ['ALTER TABLE orders ADD note varchar(20) NOT NULL', 'contract yes'],
  ['ALTER TABLE orders ADD COLUMN id2 bigserial NOT NULL', 'expand yes'],
  ['ALTER TABLE "shop"."orders" DROP COLUMN IF EXISTS note', 'contract no'],
  ['ALTER TABLE orders DROP note', 'contract no'],
  ['DROP TABLE orders', 'contract no'],
  ['TRUNCATE orders', 'contract no'],
  ['DROP INDEX i', 'expand yes'],
  ['ALTER TABLE orders RENAME COLUMN note TO remark', 'contract yes'],
  ['ALTER TABLE orders RENAME TO purchases', 'contract yes'],
  ['ALTER TABLE orders ALTER COLUMN total TYPE int', 'contract no'],
  ['ALTER TABLE orders ALTER COLUMN total TYPE numeric(20)', 'expand unknown'],
  ['ALTER TABLE orders ALTER COLUMN note TYPE varchar(50)', 'contract no'],
  ['ALTER TABLE orders ALTER COLUMN note TYPE text', 'expand unknown'],
  ['ALTER TABLE orders ALTER COLUMN total TYPE text USING total::text', 'contract no'],
  ['ALTER TABLE orders ALTER COLUMN other TYPE text', 'unknown unknown'],
  ['ALTER TABLE orders ALTER COLUMN note SET NOT NULL', 'contract yes'],
  ['ALTER TABLE orders ALTER COLUMN note DROP NOT NULL', 'unknown unknown'],
  ['ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0)', 'contract yes'],
  ['ALTER TABLE orders DROP CONSTRAINT c', 'expand unknown'],
  ["ALTER TYPE state ADD VALUE 'x'", 'unknown no'],
  ["UPDATE orders SET note = 'DROP TABLE orders;'", 'unknown unknown'],
])('%s is %s', (statement, expected) => {
  expect(steps('db/migrations/2.sql', `-- DROP TABLE x;\n${statement};\n`)).toEqual([expected]);
});

test.each<[tool: string, path: string, text: string, expected: string[]]>([
  ['Alembic', 'alembic/versions/2.py', 'def upgrade():\n    op.drop_column("orders", "note")\n\n\ndef downgrade():\n    op.drop_table("x")\n', ['contract no']],
  ['Alembic', 'alembic/versions/2.py', 'def upgrade():\n    op.add_column("orders", sa.Column("note", sa.Text(), nullable=False))\n', ['contract yes']],
  [
    'Alembic',
    'alembic/versions/2.py',
    'def upgrade():\n    op.add_column("orders", sa.Column("note", sa.Text(), nullable=False, server_default=""))\n',
    ['expand yes'],
  ],
  [
    'Django',
    'shop/migrations/0002.py',
    "operations = [\n    migrations.RemoveField('order', 'note'),\n    migrations.AddField('order', 'mark', models.TextField(null=True)),\n]\n",
    ['contract no', 'expand yes'],
  ],
  [
    'Rails',
    'db/migrate/2_x.rb',
    'class X < ActiveRecord::Migration[7.1]\n  def change\n    remove_column :orders, :note\n    add_column :orders, :mark, :string, null: false\n  end\nend\n',
    ['contract no', 'contract yes'],
  ],
  [
    'Knex',
    'migrations/2.js',
    "exports.up = (knex) => knex.schema.alterTable('orders', (t) => {\n  t.dropColumn('note');\n});\nexports.down = (knex) => knex.schema.alterTable('orders', (t) => {\n  t.dropTable('x');\n});\n",
    ['contract no'],
  ],
  [
    'Laravel',
    'database/migrations/2.php',
    "<?php\nreturn new class {\n    public function up(): void\n    {\n        $table->dropColumn('note');\n    }\n    public function down(): void\n    {\n        Schema::drop('x');\n    }\n};\n",
    ['contract no'],
  ],
  ['SQL in code', 'migrations/2.py', 'def upgrade():\n    op.execute("ALTER TABLE orders DROP COLUMN note")\n', ['contract no']],
  ['goose', 'migrations/2.sql', '-- +goose Up\nALTER TABLE orders ADD note text;\n-- +goose Down\nALTER TABLE orders DROP COLUMN note;\n', ['expand yes']],
  ['a down file', 'migrations/2.down.sql', 'DROP TABLE orders;', []],
  ['several actions', 'migrations/2.sql', 'ALTER TABLE orders ADD a text, DROP COLUMN b, ADD c numeric(1, 2);', ['expand yes', 'contract no', 'expand yes']],
  [
    'a table of the same change',
    'migrations/2.sql',
    'CREATE TABLE notes (id int); ALTER TABLE notes ADD x int NOT NULL; CREATE UNIQUE INDEX i ON notes (x);',
    ['expand yes', 'expand yes', 'expand yes'],
  ],
])('%s: %s %j', (_, path, text, expected) => {
  expect(steps(path, text)).toEqual(expected);
});

test('only what is new in a file counts, with its line', () => {
  const [step, ...rest] = migrationSteps(added('schema.sql', 'DROP TABLE a;\n\nDROP TABLE b;\n', 'DROP TABLE a;\n'), typeBefore);
  expect([step?.at, step?.statement, rest]).toEqual(['schema.sql:3', 'DROP TABLE b', []]);
});

test('types that columns have, later statements over earlier ones', () => {
  const types = new Map<string, string>();
  readTypes(
    'CREATE TABLE orders (\n  id bigint PRIMARY KEY,\n  total numeric(10, 2) NOT NULL, -- x\n  note varchar(20)\n);\nALTER TABLE orders ALTER COLUMN note TYPE text, ADD COLUMN at timestamp with time zone;\n',
    types,
  );
  expect(Object.fromEntries(types)).toEqual({
    'orders.id': 'bigint',
    'orders.total': 'numeric(10, 2)',
    'orders.note': 'text',
    'orders.at': 'timestamp with time zone',
  });
});

test.each([
  ['ALTER TABLE orders DROP COLUMN note', 'note'],
  ['DROP TABLE IF EXISTS shop.orders', 'orders'],
  ['op.drop_column("orders", "note")', 'note'],
  ['TRUNCATE orders', null],
])('%s takes away %s', (statement, name) => {
  expect(namesOfSteps(statement)).toBe(name);
});
