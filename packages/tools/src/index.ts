// The public surface of @awo/tools.
export { toolAdmin, ToolAdminReply, ToolAdminRequest } from './admin.ts';
export { callTool, requestTool } from './call-tool.ts';
export type { ToolAnswer } from './call-tool.ts';
export { META, ToolErrorMeta } from './meta.ts';
export { NatsClientTransport, findReplicas } from './nats-transport.ts';
export { buildServer, serveTools } from './serve-tools.ts';
export type { ServeOptions } from './serve-tools.ts';
export { tool } from './tool.ts';
export type { Tool, ToolContext } from './tool.ts';
