package io.vireo.spec;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Kubernetes quantity: {@code 1536Mi}, {@code 100m}, {@code 1e9}. */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {

  /** Longer texts are no quantities; also keeps arithmetic on hostile input short. */
  private static final int MAX_LENGTH = 40;

  private static final Pattern FORM =
      Pattern.compile("([+-]?(?:\\d+\\.?\\d*|\\.\\d+))(?:[eE]([+-]?\\d{1,3})|([A-Za-z]{1,2}))?");

  private static final Map<String, BigDecimal> SUFFIXES =
      Map.ofEntries(
          Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
          Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
          Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
          Map.entry("k", BigDecimal.ONE.movePointRight(3)),
          Map.entry("M", BigDecimal.ONE.movePointRight(6)),
          Map.entry("G", BigDecimal.ONE.movePointRight(9)),
          Map.entry("T", BigDecimal.ONE.movePointRight(12)),
          Map.entry("P", BigDecimal.ONE.movePointRight(15)),
          Map.entry("E", BigDecimal.ONE.movePointRight(18)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  /** That many. */
  public static Quantity of(long value) {
    return new Quantity(BigDecimal.valueOf(value));
  }

  /** Empty if the text is no quantity. */
  public static Optional<Quantity> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(form.group(1));
    String exponent = form.group(2);
    String suffix = form.group(3);
    if (exponent != null) {
      return Optional.of(new Quantity(number.scaleByPowerOfTen(Integer.parseInt(exponent))));
    }
    if (suffix == null) {
      return Optional.of(new Quantity(number));
    }
    BigDecimal factor = SUFFIXES.get(suffix);
    return factor == null ? Optional.empty() : Optional.of(new Quantity(number.multiply(factor)));
  }

  /** Whether it is below 0. */
  public boolean isNegative() {
    return value.signum() < 0;
  }

  boolean isZero() {
    return value.signum() == 0;
  }

  boolean isBetween(Quantity least, Quantity most) {
    return compareTo(least) >= 0 && compareTo(most) <= 0;
  }

  /** Whether it is above the other. */
  public boolean isGreaterThan(Quantity other) {
    return compareTo(other) > 0;
  }

  /** Rounded up, as Kubernetes does; only for values that were checked against a bound. */
  long ceiling() {
    return value.setScale(0, RoundingMode.CEILING).longValueExact();
  }

  /** In thousandths, rounded up. */
  long ceilingMillis() {
    return value.movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact();
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }

  /** Bytes in the largest binary unit that divides them. */
  static String ofBytes(long bytes) {
    if (bytes > 0 && bytes % (1L << 20) == 0) {
      return (bytes >> 20) + "Mi";
    }
    return bytes > 0 && bytes % (1L << 10) == 0 ? (bytes >> 10) + "Ki" : Long.toString(bytes);
  }

  /** Thousandths of a CPU. */
  static String ofMillis(long millis) {
    return millis % 1000 == 0 ? Long.toString(millis / 1000) : millis + "m";
  }
}
