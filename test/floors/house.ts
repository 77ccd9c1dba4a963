/** The house as the test keeps it: each top folder of src/ with its floor and the reason for its walls. */
export interface Room {
  readonly floor: number;
  /** Why it imports from lower floors only. Ends the message that an import through the wall gets. */
  readonly because: string;
}

export const house: Readonly<Record<string, Room>> = {
  base: { floor: 0, because: "the ground knows nothing of what stands on it" },
  graph: { floor: 1, because: "the compiler is a clean room that can be lifted out and published with base alone" },
  stats: { floor: 1, because: "numbers go in and estimates come out; statistics do not know what they are of" },
  text: { floor: 1, because: "a text means the same characters everywhere, whatever is later done with it" },
  features: {
    floor: 2,
    because: "ids and weights follow from a spec and a text alone, so that a pack means the same on every machine",
  },
  spans: { floor: 2, because: "spans are places in a text; who marks or scores them is for the floors above" },
  model: { floor: 2, because: "a network is a graph; who trains or runs it is for the floors above" },
  engine: { floor: 2, because: "an engine runs programs and knows no task, so that any other can take its place" },
  record: { floor: 3, because: "the nouns are handed from stage to stage and do nothing themselves" },
  store: { floor: 4, because: "a store keeps any record and understands none" },
  learn: {
    floor: 4,
    because: "training works on arrays and programs; which rung or kind asks for it makes no difference",
  },
  fit: { floor: 4, because: "what fits a device follows from a program and a profile alone" },
  documents: { floor: 4, because: "a document format knows how its text is kept, not who finds what in it" },
  kinds: { floor: 4, because: "a kind is a column: it must not know how it is trained, packed or judged" },
  packfile: { floor: 4, because: "a pack file is named bytes; what they mean is for the predictor" },
  predict: { floor: 5, because: "serving needs the predictor without anything that trains" },
  rungs: { floor: 5, because: "a rung says how a model comes to be, not when or whether" },
  stages: { floor: 6, because: "a stage is a function of its records; the order is the workbench's" },
  report: { floor: 7, because: "a report is a function of records; it must print without anything running" },
  workbench: { floor: 7, because: "the workbench knows no face, so that every face does the same work" },
  faces: { floor: 8, because: "a face has manners only" },
};

/** Folders whose subfolders are equals and do not import each other; files beside the subfolders bring them together. */
export const equals: Readonly<Record<string, string>> = {
  kinds: "kinds are columns: one can be taken out or added without the others noticing",
  stages:
    "stages are rows that hand each other records through the workbench; calling one another would hide a step from resume",
};

/** Doors: the folder, and who besides itself may open it. Everyone else sees the port. */
export const doors: readonly { readonly folder: string; readonly openedBy: RegExp; readonly because: string }[] = [
  {
    folder: "engine/onnxruntime/",
    openedBy: /^(index\.ts|engine\/index\.ts|workbench\/open[\w-]*\.ts)$/,
    because: "everything else speaks to the engine port, so that another engine is a change in one place",
  },
  {
    folder: "engine/web/",
    openedBy: /^$/,
    because: "it is opened by pages, through an entry of its own",
  },
  {
    folder: "store/sqlite/",
    openedBy: /^workbench\/open[\w-]*\.ts$/,
    because: "everything else speaks to the store port, so that another store is a change in one place",
  },
];

/** Packages that one place alone may import. */
export const packages: readonly { readonly name: string; readonly only: string; readonly because: string }[] = [
  {
    name: "onnxruntime-node",
    only: "engine/onnxruntime/",
    because: "its run blocks and its types leak: it stays behind the engine port",
  },
  {
    name: "onnxruntime-web",
    only: "engine/web/",
    because: "the page brings it: only its types are known, behind the engine port",
  },
  {
    name: "@bufbuild/protobuf",
    only: "graph/wire",
    because: "the objects know nothing of the wire; one place speaks protobuf",
  },
  {
    name: "@observablehq/plot",
    only: "report/plot",
    because: "sections say what is drawn; one file draws",
  },
  {
    name: "@mixmark-io/domino",
    only: "report/plot",
    because: "a document outside a browser is there for the plots alone",
  },
  {
    name: "@embedpdf/pdfium",
    only: "documents/pdf/",
    because: "what reads and draws pages is four megabytes that only a PDF is worth",
  },
  {
    name: "libsql",
    only: "store/sqlite/",
    because: "it is to be replaced the day Node brings its own: it stays behind the store port",
  },
];
