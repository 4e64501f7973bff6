/// A text file whose first line names its columns.
struct TextTable {
  /// One line below the names.
  struct Row {
    /// Its number, from 1.
    var line: Int
    /// The fields by column; those that are empty are left out.
    var fields: [String: TextFile.Field]

    /// The text in a column; nil where it is empty.
    subscript(column: String) -> String? { fields[column]?.text }
  }

  /// The file.
  let path: String
  /// Its rows.
  private(set) var rows: [Row] = []

  /// Reads the file at `path`, which may have the `columns`, in any order, and must have those that are
  /// `required`. Lines that do not fit are mistakes and left out.
  init(
    path: String, columns: [String], required: [String], mistakes: inout MistakeList
  ) throws(GeoDatabaseError) {
    self.path = path
    var names: [String]?
    var rows: [Row] = []
    try TextFile(path: path).forEachLine { line, fields in
      guard let header = names else {
        names = fields.map(\.text)
        for field in fields where !columns.contains(field.text) {
          mistakes.append(
            path, line: line, column: field.column,
            "no column '\(field.text)' is known; there are \(columns.joined(separator: ", "))")
        }
        for name in required where !fields.contains(where: { $0.text == name }) {
          mistakes.append(path, line: line, "the column '\(name)' is missing in the first line")
        }
        for (index, field) in fields.enumerated()
        where fields[..<index].contains(where: { $0.text == field.text }) {
          mistakes.append(
            path, line: line, column: field.column, "the column '\(field.text)' stands here twice")
        }
        return
      }
      guard fields.count == header.count else {
        mistakes.append(
          path, line: line,
          "this line has \(fields.count) fields where the first has \(header.count)")
        return
      }
      let pairs = zip(header, fields).filter { !$0.1.text.isEmpty }
      rows.append(Row(line: line, fields: Dictionary(pairs) { first, _ in first }))
    }
    if names == nil {
      mistakes.append(path, line: 1, "the file is empty; its first line names columns")
    }
    self.rows = rows
  }
}
