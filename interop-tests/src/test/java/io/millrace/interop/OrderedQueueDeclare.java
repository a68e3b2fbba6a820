package io.millrace.interop;

import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Method;
import com.rabbitmq.client.impl.MethodArgumentWriter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@code queue.declare} that sends its arguments in the order in which they were given: the client's own puts them
 * into a hash map, and brokers name the first one that is at fault.
 */
final class OrderedQueueDeclare extends Method {
    private final AMQImpl.Queue.Declare declare;
    private final Map<String, Object> arguments;

    OrderedQueueDeclare(AMQImpl.Queue.Declare declare, Map<String, Object> arguments) {
        this.declare = declare;
        this.arguments = new LinkedHashMap<>(arguments);
    }

    @Override
    public int protocolClassId() {
        return declare.protocolClassId();
    }

    @Override
    public int protocolMethodId() {
        return declare.protocolMethodId();
    }

    @Override
    public String protocolMethodName() {
        return declare.protocolMethodName();
    }

    @Override
    public boolean hasContent() {
        return false;
    }

    @Override
    public Object visit(AMQImpl.MethodVisitor visitor) throws IOException {
        return declare.visit(visitor);
    }

    @Override
    public void writeArgumentsTo(MethodArgumentWriter writer) throws IOException {
        writer.writeShort(declare.getTicket());
        writer.writeShortstr(declare.getQueue());
        writer.writeBit(declare.getPassive());
        writer.writeBit(declare.getDurable());
        writer.writeBit(declare.getExclusive());
        writer.writeBit(declare.getAutoDelete());
        writer.writeBit(declare.getNowait());
        writer.writeTable(arguments);
    }
}
