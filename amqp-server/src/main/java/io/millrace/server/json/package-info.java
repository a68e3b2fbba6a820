/** JSON values as maps, lists and plain values: {@link io.millrace.server.json.JsonTree}. */
package io.millrace.server.json;
