import type { PdfFile } from "./file.ts";
import { dictOf, isArray, isDict, nameOf, type Value } from "./value.ts";

/** Which optional content (8.11) is not shown when the document is opened: by its group, or by a membership in groups. */
export function hiddenLayers(file: PdfFile): (value: Value | undefined) => boolean {
  const { resolve } = file;
  const catalogue = file.catalogue();
  if (!catalogue.has("OCProperties")) return () => false;
  const properties = dictOf(catalogue.get("OCProperties"), resolve);
  const setting = dictOf(properties.get("D"), resolve);
  const listed = (value: Value | undefined): Value[] => {
    const array = resolve(value);
    return isArray(array) ? array.map((each) => resolve(each)) : [];
  };
  const off = new Set<Value>(nameOf(resolve(setting.get("BaseState"))) === "OFF" ? listed(properties.get("OCGs")) : []);
  for (const group of listed(setting.get("ON"))) off.delete(group);
  for (const group of listed(setting.get("OFF"))) off.add(group);
  return (value) => {
    const layer = resolve(value);
    if (!isDict(layer)) return false;
    if (nameOf(resolve(layer.get("Type"))) !== "OCMD") return off.has(layer);
    const member = resolve(layer.get("OCGs"));
    const groups = isDict(member) ? [member] : listed(member).filter(isDict);
    if (groups.length === 0) return false;
    const shown = groups.map((group) => !off.has(group));
    const policy = nameOf(resolve(layer.get("P"))) ?? "AnyOn";
    if (policy === "AllOn") return !shown.every(Boolean);
    if (policy === "AnyOff") return shown.every(Boolean);
    if (policy === "AllOff") return shown.some(Boolean);
    return !shown.some(Boolean);
  };
}
