/** Keys of callers that give no name: their address and what they say that they are, where they say it. */

/** The key of an address and an agent; of the address alone where the agent is empty or `-`. */
export function callerKey(address: string, agent: string): string {
  return agent === "" || agent === "-" ? address : `${address} ${agent}`;
}

/** Whether the bytes `[from, to)` are such an agent. */
export function isNoAgent(bytes: Uint8Array, from: number, to: number): boolean {
  return to === from || (to - from === 1 && bytes[from] === 0x2d);
}
