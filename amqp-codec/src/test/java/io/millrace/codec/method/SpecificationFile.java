package io.millrace.codec.method;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the methods out of the machine-readable specification: just enough JSON for that file. */
final class SpecificationFile {
    private final String json;
    private int index;

    private SpecificationFile(String json) {
        this.json = json;
    }

    /** One line a method, as {@link MethodTableTest} writes them. */
    static List<String> methods(String json) {
        Map<?, ?> specification = (Map<?, ?>) new SpecificationFile(json).value();
        Map<String, String> domains = new HashMap<>();
        for (Object domain : (List<?>) specification.get("domains")) {
            domains.put((String) ((List<?>) domain).get(0), (String) ((List<?>) domain).get(1));
        }
        List<String> methods = new ArrayList<>();
        for (Object element : (List<?>) specification.get("classes")) {
            Map<?, ?> amqpClass = (Map<?, ?>) element;
            for (Object method : (List<?>) amqpClass.get("methods")) {
                methods.add(line(amqpClass, (Map<?, ?>) method, domains));
            }
        }
        return methods;
    }

    private static String line(Map<?, ?> amqpClass, Map<?, ?> method, Map<String, String> domains) {
        List<MethodTable.Argument> arguments = new ArrayList<>();
        for (Object element : (List<?>) method.get("arguments")) {
            Map<?, ?> argument = (Map<?, ?>) element;
            Object type = argument.get("type");
            arguments.add(new MethodTable.Argument(
                    (String) argument.get("name"),
                    type == null ? domains.get(argument.get("domain").toString()) : domains.get(type.toString())));
        }
        return amqpClass.get("id") + " " + method.get("id") + " " + amqpClass.get("name") + "." + method.get("name")
                + " " + "true".equals(method.get("content")) + " " + arguments;
    }

    private Object value() {
        switch (peek()) {
            case '{' -> {
                return object();
            }
            case '[' -> {
                return array();
            }
            case '"' -> {
                return string();
            }
            default -> {
                int start = index;
                while (Character.isLetterOrDigit(json.charAt(index))) {
                    index++;
                }
                return json.substring(start, index);
            }
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        index++;
        while (peek() != '}') {
            String key = string();
            peek();
            index++; // the colon
            object.put(key, value());
            if (peek() == ',') {
                index++;
            }
        }
        index++;
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        index++;
        while (peek() != ']') {
            array.add(value());
            if (peek() == ',') {
                index++;
            }
        }
        index++;
        return array;
    }

    /** Escapes are kept: no string that is looked at has one. */
    private String string() {
        peek();
        int start = ++index;
        while (json.charAt(index) != '"') {
            index += json.charAt(index) == '\\' ? 2 : 1;
        }
        return json.substring(start, index++);
    }

    private char peek() {
        while (Character.isWhitespace(json.charAt(index))) {
            index++;
        }
        return json.charAt(index);
    }
}
