import { createCartServer } from './server.ts';

const server = createCartServer(process.env.STOCK_URL);
server.listen(Number(process.env.PORT ?? 8082), '127.0.0.1');
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
