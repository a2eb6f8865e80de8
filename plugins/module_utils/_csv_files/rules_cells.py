# Copyright: Contributors to the wxcc.onboarding collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said of single cells: licenses, numbers, texts. A part of the table in findings.py."""

from __future__ import annotations

from .._roster.finding import ERROR, REPAIRED, WARNING
from .rule import FOR_CONTROL_HUB, Rule

_AS_TEXT = "Format the column as text before you save the sheet, and put the number back with its +"
_TAKE_EDIT_BACK = "Take the change back, or delete the column."
_TRUE_OR_FALSE = "Write TRUE or FALSE, or leave the cell blank to leave the service as it is."

# A value under a service that is not carried out is a warning.
_LICENSES = (
    Rule("license_value", ERROR, "This is neither TRUE nor FALSE nor blank.", _TRUE_OR_FALSE, (WARNING,)),
    Rule(
        "license_value_mark",
        ERROR,
        "A mark like this may well stand for TRUE or FALSE, but it may stand for something else, and no license is given or "
        "taken on a guess. Control Hub refuses it too.",
        _TRUE_OR_FALSE,
        (WARNING,),
    ),
    Rule(
        "license_value_formula",
        ERROR,
        "This is a formula. Formulas are never evaluated here.",
        _TRUE_OR_FALSE,
        (WARNING,),
    ),
    Rule(
        "license_value_error",
        ERROR,
        "This is an error message of a spreadsheet program.",
        _TRUE_OR_FALSE,
        (WARNING,),
    ),
    Rule(
        "license_value_local",
        REPAIRED,
        "This is what a spreadsheet program writes for {word} in {language}; it is read as {word}.",
        f"Write {{word}} {FOR_CONTROL_HUB}, which does not know the word.",
    ),
    Rule(
        "license_both",
        ERROR,
        "Standard and Premium are both TRUE; a person holds one of the two.",
        "Leave TRUE under the one that is meant, and write FALSE or leave blank under the other.",
    ),
    Rule(
        "license_two_subscriptions",
        ERROR,
        "The same license is TRUE under two subscriptions; it would take two seats for one person.",
        "Leave TRUE under one subscription.",
    ),
    Rule(
        "license_suspended",
        ERROR,
        "The service of this column is suspended, and Control Hub refuses a file with TRUE under it.",
        "Write FALSE or leave it blank, and use the column of a subscription that is not suspended.",
        (WARNING,),
    ),
    Rule(
        "calling_two_licenses",
        WARNING,
        "Two Webex Calling licenses are TRUE, which Control Hub refuses. They are not sent from here.",
        "Leave TRUE under one of them.",
    ),
    Rule(
        "calling_incomplete",
        WARNING,
        "Webex Calling is TRUE without {missing}; Control Hub may then pass over the row's other changes. Calling is not "
        "sent from here.",
        "Add {missing}, or leave the Calling column out of the file.",
    ),
)

# Agent settings take a number only as it stands, so there all of these are errors.
_NUMBERS = (
    Rule(
        "number_plus_lost",
        REPAIRED,
        "The leading + was lost; {where} holds the same digits with it, so the number is read as {number}.",
        f"{_AS_TEXT} {FOR_CONTROL_HUB}.",
        (ERROR,),
    ),
    Rule(
        "number_plus_lost.unproven",
        WARNING,
        "The leading + is missing, as spreadsheet programs leave it out, and nothing in the row or in the organization's "
        "record proves which number it was. The number is not used.",
        f"{_AS_TEXT}: +{{digits}}, if these are its country code and number.",
        (ERROR,),
    ),
    Rule(
        "number_apostrophe",
        REPAIRED,
        "The apostrophe is a spreadsheet's mark for text; the number is read as {number}.",
        "Take it away.",
        (ERROR,),
    ),
    Rule(
        "number_punctuation",
        REPAIRED,
        "Numbers are a + and digits, nothing between; it is read as {number}.",
        "Write {number}.",
        (ERROR,),
    ),
    Rule(
        "number_scientific",
        REPAIRED,
        "The number was turned into scientific notation; the organization's record holds {number}, which it agrees with, so "
        "that is read.",
        f"{_AS_TEXT} {FOR_CONTROL_HUB}.",
        (ERROR,),
    ),
    Rule(
        "number_scientific.lost",
        ERROR,
        "The number was turned into scientific notation, and all but its first {kept} digits are lost.",
        f"{_AS_TEXT}; the digits must come from a fresh export.",
        (WARNING,),
    ),
    Rule(
        "number_scientific.alike",
        ERROR,
        "The number was turned into scientific notation, and all but its first {kept} digits are lost. Another column of "
        "this row holds {other}, which begins alike, but two numbers of one block begin alike as well.",
        f"{_AS_TEXT}; the digits must come from a fresh export.",
        (WARNING,),
    ),
    Rule(
        "number_scientific.extension",
        WARNING,
        "The extension was turned into scientific notation, and digits are lost.",
        "Format the column as text before you save the sheet; the digits must come from a fresh export.",
    ),
    Rule(
        "number_scientific.external_id",
        WARNING,
        "This looks like a number that was turned into scientific notation, whose digits are lost then; it is taken as it stands.",
        "If it is one, format the column as text and take the digits from where they came from.",
    ),
    Rule(
        "number_invalid",
        WARNING,
        "This is no number with country code (a + and digits, nothing between). The number is not used.",
        "Write it as +12025550101.",
        (ERROR,),
    ),
    Rule("number_invalid.dial_number", ERROR, "This is no number.", "Write 2 to 15 digits, with or without +."),
    Rule(
        "extension_invalid",
        WARNING,
        "An extension is two to ten digits. It is not used.",
        "Write the digits alone.",
    ),
)

_TEXTS = (
    Rule(
        "name_missing",
        WARNING,
        "This person is new in the organization, and first or last name is missing.",
        "Give both, or neither column, for new people.",
    ),
    Rule(
        "name_long",
        WARNING,
        "The name is {length} characters long, over the {limit} that are allowed, which matters to people with Webex "
        "Calling.",
        "Shorten it.",
    ),
    Rule(
        "name_long.calling",
        WARNING,
        "The name is {length} characters long, over the {limit} that are allowed, and Webex Calling, which this row asks "
        "for, refuses it. Calling is not sent from here.",
        "Shorten it.",
    ),
    Rule(
        "name_characters",
        WARNING,
        "The name holds {characters}, of the characters {forbidden} that are not allowed, which matters to people with "
        "Webex Calling.",
        "Write the name without them.",
    ),
    Rule(
        "name_characters.calling",
        WARNING,
        "The name holds {characters}, of the characters {forbidden} that are not allowed, and Webex Calling, which this row "
        "asks for, refuses it. Calling is not sent from here.",
        "Write the name without them.",
    ),
    Rule(
        "text_long",
        ERROR,
        "The text is {length} characters long; {limit} are possible.",
        "Shorten it. Is a quotation mark missing in this row?",
    ),
    Rule(
        "control_character",
        ERROR,
        "The cell holds a control character, which cannot be seen and which no name or title may hold.",
        "Type the text anew.",
    ),
    Rule(
        "line_break",
        WARNING,
        "The cell holds a line end or another control character. It is read as it stands.",
        "Write the text in one line.",
    ),
    Rule("stray_blanks", REPAIRED, "Blanks around the text are left out.", "Take them away."),
    Rule("stray_blanks.address", REPAIRED, "Blanks around the address are left out.", "Take them away."),
    Rule(
        "character_lost",
        WARNING,
        "A character was lost here when the file was saved in another encoding.",
        "Write the text anew.",
    ),
    Rule(
        "character_lost.setting",
        WARNING,
        "Characters were spoiled here when the file was saved in another encoding.",
        "Write the text anew.",
    ),
    Rule(
        "character_replaced",
        WARNING,
        "The text in Webex holds a character here that no file may hold, such as a control character; a sign stands for it since the "
        "file was exported.",
        "Nothing, as long as the text is to stay as it is. For somebody new write the text anew.",
    ),
    Rule(
        "character_garbled",
        WARNING,
        "This looks like '{before}', saved as UTF-8 and opened as Windows-1252. It is read as it stands.",
        "Open the file as UTF-8, or export it again.",
    ),
    Rule(
        "formula",
        WARNING,
        "A spreadsheet program takes this cell for a formula. It is not evaluated here, but read as the text that it is.",
        "Check that it is what the text ought to be before you open the file in a spreadsheet program.",
    ),
    Rule(
        "formula.address",
        WARNING,
        "A spreadsheet program takes this address for a formula. It is not evaluated here, but read as it stands.",
        "Check that the address is right.",
    ),
    Rule(
        "formula.setting",
        WARNING,
        "A spreadsheet program takes this cell for a formula. It is not evaluated here, but read as the text that it is.",
        "Check that it is the name that is meant.",
    ),
    Rule(
        "formula.number",
        WARNING,
        "This is a formula. It is not evaluated, and the number is not used.",
        "Write the number itself, with its +.",
        (ERROR,),
    ),
    Rule(
        "sheet_error",
        WARNING,
        "This is an error message of a spreadsheet program.",
        "Write what ought to stand there.",
    ),
    Rule(
        "read_only_edited",
        WARNING,
        "Control Hub knows no such status: the cell was edited. The column can only be read; a status cannot be set by a "
        "file.",
        _TAKE_EDIT_BACK,
    ),
    Rule(
        "read_only_edited.days",
        WARNING,
        "This is no number of days: the cell was edited. The column can only be read.",
        _TAKE_EDIT_BACK,
    ),
    Rule(
        "read_only_new",
        WARNING,
        "This person is new in the organization, yet a column that can only be read is filled in. Was the row copied from "
        "another person's, or the address changed? A changed address makes a new person and renames nobody.",
        "Leave the column blank for new people; rename people in Control Hub.",
    ),
    Rule("enabled_value", ERROR, "This is neither On nor Off nor blank.", "Write On or Off."),
    Rule(
        "enabled_value.truth",
        REPAIRED,
        "The vendor's file knows On and Off here; it is read as {word}.",
        "Write {word}.",
    ),
    Rule(
        "desktop_profile_missing",
        WARNING,
        "Site and Teams are given without a Desktop Profile, which the vendor's file asks for with them. An agent who has "
        "one already keeps it.",
        "Fill in Desktop Profile.",
    ),
)

CELL_RULES = (*_LICENSES, *_NUMBERS, *_TEXTS)
