# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said of a file as a whole, of its headers, and of the shape of its rows: a part of the table in findings.py."""

from __future__ import annotations

from .._roster.finding import ERROR, REPAIRED, WARNING
from .rule import FOR_CONTROL_HUB, Rule

_CLOSE_QUOTE = 'Close the quotation mark, or double it ("") where it belongs to the text.'
_EXPORT_AGAIN = "Export it again from Control Hub."
_NOT_TEXT = "Export the file again from Control Hub, or save it as CSV in UTF-8."
_READ_AS_KNOWN = "and is read as that. Control Hub itself takes headers only exactly as it exports them."

_FILES = (
    Rule("unreadable", ERROR, "The file cannot be read: {reason}.", "Check the path and the permissions."),
    Rule("unreadable.stream", ERROR, "The file cannot be read: {reason}.", "Check the file."),
    Rule("unreadable.directory", ERROR, "This is a directory, not a file.", "Name the CSV file itself."),
    Rule("empty", ERROR, "The file is empty.", _EXPORT_AGAIN),
    Rule("empty.blank", ERROR, "The file holds nothing but blank lines.", _EXPORT_AGAIN),
    Rule(
        "not_csv",
        ERROR,
        "This is {what}, not a CSV file.",
        "Save the sheet as CSV (UTF-8) and name that file, or unpack the archive first.",
    ),
    Rule("not_csv.markup", ERROR, "This is a web page or XML, not a CSV file.", _NOT_TEXT),
    Rule("not_csv.binary", ERROR, "The file is not text.", _NOT_TEXT),
    Rule(
        "encoding",
        ERROR,
        "The file is not in UTF-8, UTF-16 or Windows-1252: this line holds bytes that none of them knows.",
        "Save it as CSV in UTF-8.",
    ),
    Rule("encoding.utf_32", ERROR, "The file is in UTF-32, which is not read here.", "Save it as CSV in UTF-8."),
    Rule(
        "encoding.mixed",
        ERROR,
        "The file is in {encoding}, but from this line on its bytes are not: it is damaged, or two files in different "
        "encodings were joined.",
        _NOT_TEXT,
    ),
    Rule(
        "nul",
        ERROR,
        "The file holds a NUL byte here, which no CSV file does: it is damaged, or it is not text.",
        _NOT_TEXT,
    ),
    Rule(
        "too_big",
        ERROR,
        "The file is bigger than {limit} MB.",
        "A user file of that size cannot come from Control Hub: check that it is the right one.",
    ),
    Rule(
        "unclosed_quote",
        ERROR,
        "A quotation mark opens in this row and is never closed, so that the rest of the file would be one cell.",
        _CLOSE_QUOTE,
    ),
    Rule("changed", ERROR, "The file has changed since it was read.", "Read it again before writing its results."),
    Rule("changed.reading", ERROR, "The file has changed while it was read.", "Read it again."),
    Rule(
        "no_rows",
        ERROR,
        "The file holds a header and not one row below it.",
        "Add the people, or export the file again.",
    ),
    Rule(
        "encoding_guessed",
        WARNING,
        "The file is not UTF-8; it is read as Windows-1252, which is likely but not certain.",
        "Look at a name with accents in the result, or save the file as CSV in UTF-8.",
    ),
    Rule(
        "file_format",
        REPAIRED,
        "A spreadsheet program wrote this file ({marks}); it is read as such.",
        "Save it as UTF-8 with commas if it is also to be imported in Control Hub.",
    ),
)

_HEADERS = (
    Rule(
        "unknown_file",
        ERROR,
        "This is neither a Control Hub user file nor a contact center Bulk Operations file of users: the column '{wanted}' "
        "is missing.",
        "Export the users from Control Hub (Users > Manage users by CSV), or take the Users template of Bulk Operations.",
    ),
    Rule(
        "unknown_file.address_only",
        ERROR,
        "This is neither a Control Hub user file nor a contact center Bulk Operations file of users: there is an address, "
        "but no names and no contact center license beside it.",
        "Export the users from Control Hub (Users > Manage users by CSV), or take the Users template of Bulk Operations.",
    ),
    Rule(
        "mixed_file",
        ERROR,
        "The header holds columns of a Control Hub user file and of a contact center Bulk Operations file.",
        "Keep the two in files of their own; they are joined by address.",
    ),
    Rule(
        "no_header",
        ERROR,
        "The first line holds a person, not headers: the header row is missing.",
        "Put the header row of Control Hub's export first; at least '{first_name}', '{last_name}' and '{address}'.",
    ),
    Rule(
        "header_quoted",
        ERROR,
        "The whole header line stands in one cell, so no column can be told: the lines were put in quotation marks as a "
        "whole, or the delimiter is none of comma, semicolon and tab.",
        "Take the outer quotation marks away, or export the file again.",
    ),
    Rule(
        "header_typo",
        WARNING,
        "No such column is known; did you mean '{known}'? Its cells are left alone.",
        "Write '{wanted}', or delete the column.",
    ),
    Rule(
        "header_typo.used",
        ERROR,
        "No such column is known; it looks like '{known}' with a typing error, and what stands in it would be passed over "
        "in silence.",
        "Write '{wanted}', or delete the column.",
    ),
    Rule(
        "header_typo.address",
        ERROR,
        "The address column '{wanted}' is missing, and this header looks like it with a typing error.",
        "Write '{wanted}'.",
    ),
    Rule(
        "header_duplicate",
        WARNING,
        "This column stands twice: '{first}' means the same.",
        "Both are left alone; delete one of the two.",
    ),
    Rule(
        "header_duplicate.used",
        ERROR,
        "This column stands twice: '{first}' means the same.",
        "Delete one of the two.",
    ),
    Rule(
        "header_unknown",
        WARNING,
        "No such column is known; its cells are left alone.",
        "Control Hub itself may refuse a file with a column that it does not know; delete it if it is not from an export.",
    ),
    Rule(
        "header_blank",
        WARNING,
        "This column has no header.",
        "Its cells are left alone; name the column or delete it.",
    ),
    Rule(
        "columns_left",
        WARNING,
        "Names, title, department and the contact center licenses are carried out from here, and nothing else of a user file. "
        "What stands under these columns is left as it is in the organization: {columns}.",
        "Set it in Control Hub, or import the file there.",
    ),
    Rule(
        "header_alias",
        REPAIRED,
        "This is another name of '{known}' " + _READ_AS_KNOWN,
        f"Write '{{wanted}}' {FOR_CONTROL_HUB}.",
    ),
    Rule(
        "header_alias.beside",
        WARNING,
        "This is another name of '{known}', which is there as well. Its cells are left alone.",
        "Delete the column if it is not needed.",
    ),
    Rule(
        "header_spelling",
        REPAIRED,
        "This is a spelling of '{known}' " + _READ_AS_KNOWN,
        f"Write '{{wanted}}' {FOR_CONTROL_HUB}.",
    ),
)

_ROWS = (
    Rule(
        "row_width",
        ERROR,
        "The row has {width} cells under {headers} headers, so it cannot be told which cell belongs to which column.",
        "Fill the row up with {delimiters} for the cells that are blank.",
    ),
    Rule(
        "row_width.more",
        ERROR,
        "The row has {width} cells under {headers} headers, so it cannot be told which cell belongs to which column. A cell "
        "that holds one of the {delimiters} needs quotation marks around it.",
        'Put that cell in quotation marks, as in "Robles, Inés".',
    ),
    Rule(
        "row_width.one_cell",
        ERROR,
        "The whole row stands in one cell: it was put in quotation marks as a whole, or its cells are not divided by "
        "{delimiters} as the header's are.",
        "Take the outer quotation marks away, or use one delimiter in the whole file.",
    ),
    Rule(
        "row_width.runs_on",
        ERROR,
        "The row has {width} cells under {headers} headers and runs on to line {end_line}: a quotation mark was opened and "
        "not closed in its line.",
        _CLOSE_QUOTE,
    ),
    # The words are those of _roster/address.py, the one rule of what an address is.
    Rule("address_missing", ERROR, "{problem}", "{remedy}"),
    Rule("address_invalid", ERROR, "{problem}", "{remedy}"),
    Rule("address_local_part", ERROR, "{problem}", "{remedy}"),
    Rule(
        "address_duplicate",
        WARNING,
        "This address stands in line {first} already; the rows agree and count as one person.",
        "Delete one of the two rows.",
    ),
    Rule(
        "address_duplicate.spelling",
        WARNING,
        "This address stands in line {first} already, there written '{before}' (addresses are compared without case); the rows agree and "
        "count as one person.",
        "Delete one of the two rows.",
    ),
    Rule(
        "contradiction",
        ERROR,
        "For {email}, {one_source} says '{one}' and {other_source} says '{other}'. Nothing is done for this person.",
        "Make the two agree, or delete one.",
    ),
    Rule(
        "needs_premium",
        ERROR,
        "A {role} needs {needed}, and with what onboard_license and onboard_role add this person is to be one with {asked}.",
        "Write TRUE under {needed}, or name another role for this person beside the file.",
    ),
    Rule(
        "default_not_for_false",
        WARNING,
        "onboard_license is {license}, and the cells of {people} are FALSE and not TRUE. A cell goes before it, so they do not get it.",
        "Write TRUE for whom it is to go.",
    ),
    Rule(
        "default_not_for_blank",
        WARNING,
        "onboard_license is {license}, and the license cells of {people} are blank. A blank cell leaves the license as it is, as in "
        "Control Hub, so they do not get it.",
        "Write TRUE for whom it is to go, or leave the license columns out of the file.",
    ),
    Rule(
        "default_role_not_for_false",
        WARNING,
        "onboard_role is {role}, and the license cells of {people} are FALSE and not TRUE. Their role is left as it is.",
        "Name those who are to have the role beside the file.",
    ),
    Rule(
        "default_not_for_bulk",
        WARNING,
        "{given}. That does not go for {people} of this Bulk Operations file, which sets up who is there and gives no license and no "
        "role.",
        "Name those for whom it is to go in a list or a user file.",
    ),
    Rule(
        "rows_general",
        WARNING,
        "The file has {rows:,} rows; Control Hub imports {limit:,} at most. Nothing is uploaded from here, so all rows are "
        "taken.",
        "Split the file after {limit:,} rows if it is also to be imported in Control Hub.",
    ),
    Rule(
        "rows_contact_center",
        WARNING,
        "The file has {rows:,} rows; Control Hub takes {limit:,} contact center users a file. Nothing is uploaded from "
        "here, so all rows are taken, in parts.",
        "Split the file after {limit:,} rows if it is also to be imported in Control Hub.",
    ),
    Rule(
        "rows_bulk",
        WARNING,
        "The file has {rows:,} rows; a Bulk Operations job takes {limit:,}. Nothing is uploaded from here, so all rows are "
        "taken.",
        "Split the file after {limit:,} rows if it is also to be imported in Control Hub.",
    ),
)

#: In the order in which a file is read.
FILE_RULES = (*_FILES, *_HEADERS, *_ROWS)
