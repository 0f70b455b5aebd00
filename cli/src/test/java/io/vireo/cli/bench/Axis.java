package io.vireo.cli.bench;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * From values to places on one side of a plot.
 *
 * @param ticks from the one end to the other
 * @param scale what is even along it
 * @param from place of the first tick
 * @param to place of the last
 */
record Axis(String name, List<Double> ticks, DoubleUnaryOperator scale, double from, double to) {

  private static final int STEPS_MAX = 6;
  private static final int TICKS_MAX = 12;

  /** Even steps, over all from the one value to the other. */
  static Axis linear(String name, double min, double max, double from, double to) {
    double range = max > min ? max - min : 1;
    double step = Math.pow(10, Math.floor(Math.log10(range)));
    for (double part : new double[] {0.1, 0.2, 0.5, 1, 2}) {
      if (range / (step * part) <= STEPS_MAX) {
        step *= part;
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    long last = Math.max((long) Math.ceil(max / step), (long) Math.floor(min / step) + 1);
    for (long at = (long) Math.floor(min / step); at <= last; at++) {
      ticks.add(at * step);
    }
    return new Axis(name, ticks, value -> value, from, to);
  }

  /** Tenfold is as far everywhere. Both values are above 0. */
  static Axis log(String name, double min, double max, double from, double to) {
    List<Double> ticks = logTicks(min, max, new double[] {1, 2, 5});
    if (ticks.size() > TICKS_MAX) {
      ticks = logTicks(min, max, new double[] {1});
    }
    return new Axis(name, ticks, Math::log10, from, to);
  }

  private static List<Double> logTicks(double min, double max, double[] parts) {
    if (min <= 0) {
      throw new IllegalArgumentException("Expected values above 0, but got " + min);
    }
    List<Double> ticks = new ArrayList<>();
    for (int decade = (int) Math.floor(Math.log10(min)); ; decade++) {
      for (double part : parts) {
        double tick = part * Math.pow(10, decade);
        if (tick <= min) {
          ticks.clear();
        }
        ticks.add(tick);
        if (tick >= max && ticks.size() > 1) {
          return ticks;
        }
      }
    }
  }

  double at(double value) {
    double first = scale.applyAsDouble(ticks.getFirst());
    double last = scale.applyAsDouble(ticks.getLast());
    return from + (to - from) * (scale.applyAsDouble(value) - first) / (last - first);
  }

  /** A tick, for people. */
  static String text(double tick) {
    return new DecimalFormat("#,##0.####", DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(tick);
  }
}
