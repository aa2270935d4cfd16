"""The contrast of the colors of a built site, as WCAG 2.1 defines it."""

import re

LEAST = 4.5  # level AA, for text of usual size
_VARIABLE = re.compile(r"(--pst-[\w-]+):\s*(#[0-9A-Fa-f]{3,6}|var\(--[\w-]+\))")
_TEXTS = ("text-base", "text-muted", "link", "inline-code")


def ratio(first, second):
    """Return the contrast of two colors such as ``#0b6e99``, from 1 to 21."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def faint(site):
    """Yield the colors of text and of code that are too close to their background."""
    sheet = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text()
    code = (site / "_static" / "pygments.css").read_text()
    for theme in ("light", "dark"):
        variables = _variables(sheet, theme)
        page, surface = (variables[f"--pst-color-{name}"] for name in ("background", "surface"))
        pairs = {(f"{theme} {name}", variables[f"--pst-color-{name}"], page) for name in _TEXTS}
        pairs |= {(f"{theme} code", *colors) for colors in _of_code(code, theme, surface)}
        for name, color, back in sorted(pairs):
            if ratio(color, back) < LEAST:
                yield f"{name}: {color} on {back} has a contrast of {ratio(color, back):.1f}"


def _luminance(color):
    digits = color.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    shares = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _variables(sheet, theme):
    """Return the colors of the theme's variables, those of light or of dark pages."""
    values = dict(_VARIABLE.findall(sheet))
    for block in re.findall(rf"html\[data-theme={theme}\]{{([^}}]*)}}", sheet):
        values |= dict(_VARIABLE.findall(block))
    return {name: _color(name, values) for name in values}


def _color(name, values):
    value = values.get(name, "")
    return _color(value[4:-1], values) if value.startswith("var(") else value


def _of_code(sheet, theme, surface):
    """Yield the color and the background of each kind of token."""
    rules = re.findall(rf'\[data-theme="{theme}"\] \.highlight [^{{]*{{([^}}]*)}}', sheet)
    for rule in rules:
        colors = dict(
            re.findall(r"(?<![\w-])(color|background-color):\s*(#[0-9A-Fa-f]{3,6})", rule)
        )
        if "color" in colors:
            yield colors["color"], colors.get("background-color", surface)
