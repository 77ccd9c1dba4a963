import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";

/**
 * A folder of their own for the tests beside the call, fresh for each of them or one for all, and gone afterwards. To be
 * asked for within a test or a hook: `const folder = scratch(); … join(folder(), "a")`.
 */
export function scratch(fresh: "for each" | "for all" = "for each"): () => string {
  let folder: string | undefined;
  const make = (): void => {
    folder = mkdtempSync(join(tmpdir(), "whittle-test-"));
  };
  const remove = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  };
  if (fresh === "for each") {
    beforeEach(make);
    afterEach(remove);
  } else {
    beforeAll(make);
    afterAll(remove);
  }
  return () => {
    if (folder === undefined) throw new Error("the folder is there within a test or a hook alone");
    return folder;
  };
}
