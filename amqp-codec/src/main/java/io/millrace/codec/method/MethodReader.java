package io.millrace.codec.method;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.Frame;
import io.millrace.codec.FrameErrors;
import io.millrace.codec.ReplyCode;
import io.netty.buffer.ByteBuf;

/**
 * Makes method records of the payload of method frames. One per connection and used by its event loop alone: it keeps
 * the names that the client uses, and its last {@code basic.publish}, because a client mostly publishes to the same
 * place again. Then neither costs an object.
 */
public final class MethodReader {
    private final ArgumentReader arguments = new ArgumentReader();
    private final LastPublish lastPublish = new LastPublish();

    /** A reader that knows no names yet. */
    public MethodReader() {}

    /**
     * Reads the payload of a method frame: class id, method id, arguments. The buffer is borrowed and not kept.
     *
     * @throws ConnectionError {@code FRAME_ERROR} if the arguments do not fit exactly or a short string is not UTF-8,
     *     {@code SYNTAX_ERROR} if a table is malformed, {@code COMMAND_INVALID} if there is no such method
     */
    public Method read(ByteBuf in, int offset, int length) {
        if (length < Frame.METHOD_IDS_OCTETS) {
            throw FrameErrors.unknown(Frame.METHOD, in, offset, length);
        }
        int id = in.getInt(offset);
        int argumentsOffset = offset + Frame.METHOD_IDS_OCTETS;
        int argumentsLength = length - Frame.METHOD_IDS_OCTETS;
        if (id == BasicMethod.Publish.ID) {
            BasicMethod.Publish same = lastPublish.ifSame(in, argumentsOffset, argumentsLength);
            if (same != null) {
                return same;
            }
        }
        arguments.start(in, argumentsOffset, argumentsLength);
        Method method = readArguments(id);
        arguments.finish(id);
        if (id == BasicMethod.Publish.ID) {
            lastPublish.remember((BasicMethod.Publish) method, in, argumentsOffset, argumentsLength);
        }
        return method;
    }

    private Method readArguments(int id) {
        return switch (id >>> 16) {
            case 10 -> connection(id, arguments);
            case 20 -> channel(id, arguments);
            case 30 -> access(id, arguments);
            case 40 -> exchange(id, arguments);
            case 50 -> queue(id, arguments);
            case 60 -> basic(id, arguments);
            case 85 -> confirm(id, arguments);
            case 90 -> tx(id);
            default -> throw unknown(id);
        };
    }

    private static ConnectionMethod connection(int id, ArgumentReader in) {
        return switch (id) {
            case ConnectionMethod.Start.ID -> ConnectionMethod.Start.read(in);
            case ConnectionMethod.StartOk.ID -> ConnectionMethod.StartOk.read(in);
            case ConnectionMethod.Secure.ID -> ConnectionMethod.Secure.read(in);
            case ConnectionMethod.SecureOk.ID -> ConnectionMethod.SecureOk.read(in);
            case ConnectionMethod.Tune.ID -> ConnectionMethod.Tune.read(in);
            case ConnectionMethod.TuneOk.ID -> ConnectionMethod.TuneOk.read(in);
            case ConnectionMethod.Open.ID -> ConnectionMethod.Open.read(in);
            case ConnectionMethod.OpenOk.ID -> ConnectionMethod.OpenOk.read(in);
            case ConnectionMethod.Close.ID -> ConnectionMethod.Close.read(in);
            case ConnectionMethod.CloseOk.ID -> new ConnectionMethod.CloseOk();
            case ConnectionMethod.Blocked.ID -> ConnectionMethod.Blocked.read(in);
            case ConnectionMethod.Unblocked.ID -> new ConnectionMethod.Unblocked();
            case ConnectionMethod.UpdateSecret.ID -> ConnectionMethod.UpdateSecret.read(in);
            case ConnectionMethod.UpdateSecretOk.ID -> new ConnectionMethod.UpdateSecretOk();
            default -> throw unknown(id);
        };
    }

    private static ChannelMethod channel(int id, ArgumentReader in) {
        return switch (id) {
            case ChannelMethod.Open.ID -> ChannelMethod.Open.read(in);
            case ChannelMethod.OpenOk.ID -> ChannelMethod.OpenOk.read(in);
            case ChannelMethod.Flow.ID -> ChannelMethod.Flow.read(in);
            case ChannelMethod.FlowOk.ID -> ChannelMethod.FlowOk.read(in);
            case ChannelMethod.Close.ID -> ChannelMethod.Close.read(in);
            case ChannelMethod.CloseOk.ID -> new ChannelMethod.CloseOk();
            default -> throw unknown(id);
        };
    }

    private static AccessMethod access(int id, ArgumentReader in) {
        return switch (id) {
            case AccessMethod.Request.ID -> AccessMethod.Request.read(in);
            case AccessMethod.RequestOk.ID -> AccessMethod.RequestOk.read(in);
            default -> throw unknown(id);
        };
    }

    private static ExchangeMethod exchange(int id, ArgumentReader in) {
        return switch (id) {
            case ExchangeMethod.Declare.ID -> ExchangeMethod.Declare.read(in);
            case ExchangeMethod.DeclareOk.ID -> new ExchangeMethod.DeclareOk();
            case ExchangeMethod.Delete.ID -> ExchangeMethod.Delete.read(in);
            case ExchangeMethod.DeleteOk.ID -> new ExchangeMethod.DeleteOk();
            case ExchangeMethod.Bind.ID -> ExchangeMethod.Bind.read(in);
            case ExchangeMethod.BindOk.ID -> new ExchangeMethod.BindOk();
            case ExchangeMethod.Unbind.ID -> ExchangeMethod.Unbind.read(in);
            case ExchangeMethod.UnbindOk.ID -> new ExchangeMethod.UnbindOk();
            default -> throw unknown(id);
        };
    }

    private static QueueMethod queue(int id, ArgumentReader in) {
        return switch (id) {
            case QueueMethod.Declare.ID -> QueueMethod.Declare.read(in);
            case QueueMethod.DeclareOk.ID -> QueueMethod.DeclareOk.read(in);
            case QueueMethod.Bind.ID -> QueueMethod.Bind.read(in);
            case QueueMethod.BindOk.ID -> new QueueMethod.BindOk();
            case QueueMethod.Purge.ID -> QueueMethod.Purge.read(in);
            case QueueMethod.PurgeOk.ID -> QueueMethod.PurgeOk.read(in);
            case QueueMethod.Delete.ID -> QueueMethod.Delete.read(in);
            case QueueMethod.DeleteOk.ID -> QueueMethod.DeleteOk.read(in);
            case QueueMethod.Unbind.ID -> QueueMethod.Unbind.read(in);
            case QueueMethod.UnbindOk.ID -> new QueueMethod.UnbindOk();
            default -> throw unknown(id);
        };
    }

    private static BasicMethod basic(int id, ArgumentReader in) {
        return switch (id) {
            case BasicMethod.Qos.ID -> BasicMethod.Qos.read(in);
            case BasicMethod.QosOk.ID -> new BasicMethod.QosOk();
            case BasicMethod.Consume.ID -> BasicMethod.Consume.read(in);
            case BasicMethod.ConsumeOk.ID -> BasicMethod.ConsumeOk.read(in);
            case BasicMethod.Cancel.ID -> BasicMethod.Cancel.read(in);
            case BasicMethod.CancelOk.ID -> BasicMethod.CancelOk.read(in);
            case BasicMethod.Publish.ID -> BasicMethod.Publish.read(in);
            case BasicMethod.Return.ID -> BasicMethod.Return.read(in);
            case BasicMethod.Deliver.ID -> BasicMethod.Deliver.read(in);
            case BasicMethod.Get.ID -> BasicMethod.Get.read(in);
            case BasicMethod.GetOk.ID -> BasicMethod.GetOk.read(in);
            case BasicMethod.GetEmpty.ID -> BasicMethod.GetEmpty.read(in);
            case BasicMethod.Ack.ID -> BasicMethod.Ack.read(in);
            case BasicMethod.Reject.ID -> BasicMethod.Reject.read(in);
            case BasicMethod.RecoverAsync.ID -> BasicMethod.RecoverAsync.read(in);
            case BasicMethod.Recover.ID -> BasicMethod.Recover.read(in);
            case BasicMethod.RecoverOk.ID -> new BasicMethod.RecoverOk();
            case BasicMethod.Nack.ID -> BasicMethod.Nack.read(in);
            default -> throw unknown(id);
        };
    }

    private static ConfirmMethod confirm(int id, ArgumentReader in) {
        return switch (id) {
            case ConfirmMethod.Select.ID -> ConfirmMethod.Select.read(in);
            case ConfirmMethod.SelectOk.ID -> new ConfirmMethod.SelectOk();
            default -> throw unknown(id);
        };
    }

    private static TxMethod tx(int id) {
        return switch (id) {
            case TxMethod.Select.ID -> new TxMethod.Select();
            case TxMethod.SelectOk.ID -> new TxMethod.SelectOk();
            case TxMethod.Commit.ID -> new TxMethod.Commit();
            case TxMethod.CommitOk.ID -> new TxMethod.CommitOk();
            case TxMethod.Rollback.ID -> new TxMethod.Rollback();
            case TxMethod.RollbackOk.ID -> new TxMethod.RollbackOk();
            default -> throw unknown(id);
        };
    }

    private static ConnectionError unknown(int id) {
        int classId = id >>> 16;
        int methodId = id & 0xFFFF;
        return new ConnectionError(
                ReplyCode.COMMAND_INVALID, "unknown method " + classId + "." + methodId, classId, methodId);
    }
}
