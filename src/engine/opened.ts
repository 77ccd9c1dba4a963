import type { Engine, Program } from "./port.ts";

/** An engine over what opens a program: it knows the programs that are open, and closes them with itself. */
export function engineOver(name: string, version: string, open: Engine["load"]): Engine {
  const programs = new Set<Program>();
  return {
    name,
    version,
    async load(model, options) {
      const program = await open(model, options);
      const tracked: Program = {
        ...program,
        close: async () => {
          programs.delete(tracked);
          await program.close();
        },
      };
      programs.add(tracked);
      return tracked;
    },
    async close() {
      await Promise.all([...programs].map((program) => program.close()));
    },
  };
}
