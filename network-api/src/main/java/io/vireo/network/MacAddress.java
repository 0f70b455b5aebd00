package io.vireo.network;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** A MAC address, in lower case with colons. */
public record MacAddress(String text) {

  private static final Pattern FORM = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
  private static final HexFormat HEX = HexFormat.ofDelimiter(":");

  /** Checks the form. */
  public MacAddress {
    text = text.toLowerCase(Locale.ROOT);
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "Expected a MAC address like 02:00:00:00:00:01, but it is '" + text + "'");
    }
  }

  /** Its six bytes. */
  public byte[] bytes() {
    return HEX.parseHex(text);
  }

  /** The address of these six bytes. */
  public static MacAddress of(byte[] bytes) {
    return new MacAddress(HEX.formatHex(bytes));
  }

  @Override
  public String toString() {
    return text;
  }
}
