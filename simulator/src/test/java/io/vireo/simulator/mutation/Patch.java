package io.vireo.simulator.mutation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Another body of one method.
 *
 * @param method name and descriptor, such as {@code isListed()Z}
 */
record Patch(String className, String method, CodeTransform body) {

  boolean isOf(MethodModel model) {
    return method.equals(model.methodName().stringValue() + model.methodType().stringValue());
  }

  @Override
  public String toString() {
    return className + "." + method;
  }

  /** The method answers this. */
  static Patch answers(String className, String method, boolean answer) {
    return with(className, method, code -> code.loadConstant(answer ? 1 : 0).ireturn());
  }

  /** The method answers this text. */
  static Patch answers(String className, String method, String answer) {
    return with(className, method, code -> code.loadConstant(answer).areturn());
  }

  /** The method answers an empty list. */
  static Patch answersNothing(String className, String method) {
    ClassDesc list = ClassDesc.of(List.class.getName());
    return with(
        className,
        method,
        code -> code.invokestatic(list, "of", MethodTypeDesc.of(list), true).areturn());
  }

  /** The method answers what a field holds. */
  static Patch answersField(String className, String method, String field) {
    return with(
        className,
        method,
        code ->
            code.aload(0)
                .getfield(ClassDesc.of(className), field, ConstantDescs.CD_long)
                .lreturn());
  }

  /** The method answers what another field holds. */
  static Patch answersFlag(String className, String method, String field) {
    return with(
        className,
        method,
        code ->
            code.aload(0)
                .getfield(ClassDesc.of(className), field, ConstantDescs.CD_boolean)
                .ireturn());
  }

  /** The method compares one of its {@code long} arguments with a field, and that is all. */
  static Patch compares(String className, String method, int slot, String field, boolean orEqual) {
    return with(
        className,
        method,
        code -> {
          Label no = code.newLabel();
          code.lload(slot)
              .aload(0)
              .getfield(ClassDesc.of(className), field, ConstantDescs.CD_long)
              .lcmp();
          if (orEqual) {
            code.iflt(no);
          } else {
            code.ifle(no);
          }
          code.iconst_1().ireturn().labelBinding(no).iconst_0().ireturn();
        });
  }

  /** The method takes this for the answer of what it calls. */
  static Patch takes(String className, String method, String called, long answer) {
    return new Patch(
        className,
        method,
        (code, element) -> {
          if (element instanceof InvokeInstruction call
              && call.name().stringValue().equals(called)) {
            for (int i = 0; i <= call.typeSymbol().parameterCount(); i++) {
              code.pop();
            }
            if (call.typeSymbol().returnType().equals(ConstantDescs.CD_long)) {
              code.loadConstant(answer);
            } else {
              code.loadConstant((int) answer);
            }
          } else {
            code.with(element);
          }
        });
  }

  /** The method uses other constants in the places of these. */
  static Patch constants(String className, String method, Map<Object, Object> others) {
    return new Patch(
        className,
        method,
        (code, element) -> {
          if (element instanceof ConstantInstruction constant
              && others.get(constant.constantValue()) instanceof Object other) {
            if (other instanceof Integer number) {
              code.loadConstant(number);
            } else {
              code.loadConstant((String) other);
            }
          } else {
            code.with(element);
          }
        });
  }

  private static Patch with(String className, String method, Consumer<CodeBuilder> body) {
    return new Patch(
        className,
        method,
        new CodeTransform() {
          @Override
          public void accept(CodeBuilder builder, CodeElement element) {
            // Nothing of the old body stays.
          }

          @Override
          public void atEnd(CodeBuilder builder) {
            body.accept(builder);
          }
        });
  }
}
