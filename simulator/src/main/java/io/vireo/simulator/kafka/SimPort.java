package io.vireo.simulator.kafka;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Puts an object behind a wide interface of which it implements what is used. */
final class SimPort {

  private static final Map<Method, Optional<Method>> TARGETS = new ConcurrentHashMap<>();

  private SimPort() {}

  static <T> T of(Class<T> port, Object target) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> call(target, method, arguments)));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    Method own =
        TARGETS
            .computeIfAbsent(method, each -> find(target.getClass(), each))
            .orElseThrow(
                () ->
                    new UnsupportedOperationException(
                        "Expected a method that the simulator knows, but got " + method));
    try {
      return own.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Optional<Method> find(Class<?> type, Method method) {
    try {
      Method own = type.getDeclaredMethod(method.getName(), method.getParameterTypes());
      own.setAccessible(true);
      return Optional.of(own);
    } catch (NoSuchMethodException e) {
      try {
        return Optional.of(Object.class.getMethod(method.getName(), method.getParameterTypes()));
      } catch (NoSuchMethodException none) {
        return Optional.empty();
      }
    }
  }
}
