/// A text file whose first line names its columns.
enum TextTable {
  /// One line below the names.
  struct Row {
    /// Its number, from 1.
    var line: Int
    fileprivate var columns: [String: Int]
    fileprivate var fields: [TextFile.Field]

    /// The field in a column; nil where it is empty or there is no such column.
    func field(_ column: String) -> TextFile.Field? {
      columns[column].flatMap { fields[$0].text.isEmpty ? nil : fields[$0] }
    }

    /// The text in a column; nil where it is empty.
    subscript(column: String) -> String? { field(column)?.text }
  }

  /// Reads the rows of the reader's file, which may have the `columns`, in any order, and must have those that are
  /// `required`. Lines that do not fit are mistakes and left out.
  static func forEachRow(
    _ reader: inout FieldReader, columns: [String], required: [String],
    _ visit: (Row, inout FieldReader) -> Void
  ) throws(GeoDatabaseError) {
    let path = reader.path
    var header: [String: Int]?
    var width = 0
    try TextFile(path: path).forEachLine { line, fields in
      if let header {
        guard fields.count == width else {
          reader.mistakes.append(
            path, line: line,
            "this line has \(fields.count) fields where the first has \(width)")
          return
        }
        visit(Row(line: line, columns: header, fields: fields), &reader)
        return
      }
      for field in fields where !columns.contains(field.text) {
        reader.mistakes.append(
          path, line: line, column: field.column,
          "no column '\(field.text)' is known; there are \(columns.joined(separator: ", "))")
      }
      for name in required where !fields.contains(where: { $0.text == name }) {
        reader.mistakes.append(
          path, line: line, "the column '\(name)' is missing in the first line")
      }
      var named: [String: Int] = [:]
      for (index, field) in fields.enumerated() {
        if named[field.text] == nil {
          named[field.text] = index
        } else {
          reader.mistakes.append(
            path, line: line, column: field.column, "the column '\(field.text)' stands here twice")
        }
      }
      header = named
      width = fields.count
    }
    if header == nil {
      reader.mistakes.append(path, line: 1, "the file is empty; its first line names columns")
    }
  }
}
