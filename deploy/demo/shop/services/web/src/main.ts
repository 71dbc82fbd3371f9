import { createWebServer } from './server.ts';

const server = createWebServer({
  catalog: process.env.CATALOG_URL ?? 'http://127.0.0.1:8081',
  cart: process.env.CART_URL ?? 'http://127.0.0.1:8082',
});
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
