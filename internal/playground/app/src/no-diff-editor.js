// GraphiQL compares nothing: the views that show differences stay out.
/** DiffEditorWidget and MultiDiffEditorWidget stand where Monaco's own would. */
export class DiffEditorWidget {}
export class MultiDiffEditorWidget {}
