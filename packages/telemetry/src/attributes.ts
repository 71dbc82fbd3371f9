// Attribute and span names, pinned in one place: GenAI and MCP semantic conventions 1.45, and our own under `awo.`.
export const SPAN = {
  intake: 'goal.intake',
  invokeAgent: (role: string) => `invoke_agent ${role}`,
  gather: 'gather',
  decide: 'decide',
  act: 'act',
  executeTool: (tool: string) => `execute_tool ${tool}`,
  gate: (capability: string) => `toolgate ${capability}`,
  callTool: (tool: string) => `tools/call ${tool}`,
  chat: (model: string) => `chat ${model}`,
} as const;

export const ATTR = {
  operation: 'gen_ai.operation.name',
  agentName: 'gen_ai.agent.name',
  toolName: 'gen_ai.tool.name',
  mcpMethod: 'mcp.method.name',
  serverName: 'awo.tool.server',
  goal: 'awo.goal.id',
  goalKind: 'awo.goal.kind',
  step: 'awo.step.id',
  stepKind: 'awo.step.kind',
  /** 1 for the first time that a step is looked at; a step that waits is looked at again. */
  look: 'awo.step.look',
  outcome: 'awo.step.outcome',
  decisionKind: 'awo.decision.kind',
  decisionBecause: 'awo.decision.because',
  decisionChoice: 'awo.decision.choice',
  decisionRejected: 'awo.decision.rejected',
  decisionChecks: 'awo.decision.checks',
  decisionFact: (name: string) => `awo.decision.fact.${name}`,
  effect: 'awo.tool.effect',
  effectKey: 'awo.tool.key',
  how: 'awo.tool.how',
  fence: 'awo.tool.fence',
  requestModel: 'gen_ai.request.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  modelPurpose: 'awo.model.purpose',
  /** `proposed`, or why the answer was not used. */
  modelOutcome: 'awo.model.outcome',
} as const;
