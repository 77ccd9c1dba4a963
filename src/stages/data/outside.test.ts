import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { taskOf } from "../../../test/importing.ts";
import { scratch } from "../../../test/scratch.ts";
import { importFiles } from "./index.ts";
import { importOutside } from "./outside.ts";

const folder = scratch();

describe("texts from outside the task", () => {
  test("come without labels, each text once, and never one of the task's own", async () => {
    writeFileSync(join(folder(), "a.csv"), "text,label\nmy card is lost,card\nwhere is my parcel,parcel\n");
    writeFileSync(join(folder(), "o.csv"), "text,label\nradio show,none\nRADIO  show,\nMy card is lost,\n,\n");
    await expect(importOutside(taskOf({ outside: ["o.csv"] }), folder(), [])).rejects.toMatchObject({
      code: "data/outside-few",
    });
    const more = Array.from({ length: 19 }, (_, i) => `show ${i},\n`).join("");
    appendFileSync(join(folder(), "o.csv"), more);
    const own = taskOf({ train: ["a.csv"], outside: ["o.csv"] });
    const { examples } = await importFiles(own, folder());
    const outside = await importOutside(own, folder(), examples);
    expect(outside.examples.length).toBe(20);
    expect(outside.examples[0]).toMatchObject({ text: "radio show", target: null });
    expect([outside.repeated, outside.refused]).toEqual([2, 1]);
    writeFileSync(join(folder(), "o.csv"), "body\nradio show\n");
    await expect(importOutside(own, folder(), examples)).rejects.toMatchObject({ code: "data/column" });
  });
});
