package io.millrace.codec.method;

/** The names of the methods as the specification writes them, for logs. */
final class MethodNames {
    private MethodNames() {}

    /** The name, or the numbers in words for an id that nobody knows. */
    static String of(int id) {
        return switch (id) {
            case ConnectionMethod.Start.ID -> "connection.start";
            case ConnectionMethod.StartOk.ID -> "connection.start-ok";
            case ConnectionMethod.Secure.ID -> "connection.secure";
            case ConnectionMethod.SecureOk.ID -> "connection.secure-ok";
            case ConnectionMethod.Tune.ID -> "connection.tune";
            case ConnectionMethod.TuneOk.ID -> "connection.tune-ok";
            case ConnectionMethod.Open.ID -> "connection.open";
            case ConnectionMethod.OpenOk.ID -> "connection.open-ok";
            case ConnectionMethod.Close.ID -> "connection.close";
            case ConnectionMethod.CloseOk.ID -> "connection.close-ok";
            case ConnectionMethod.Blocked.ID -> "connection.blocked";
            case ConnectionMethod.Unblocked.ID -> "connection.unblocked";
            case ConnectionMethod.UpdateSecret.ID -> "connection.update-secret";
            case ConnectionMethod.UpdateSecretOk.ID -> "connection.update-secret-ok";
            case ChannelMethod.Open.ID -> "channel.open";
            case ChannelMethod.OpenOk.ID -> "channel.open-ok";
            case ChannelMethod.Flow.ID -> "channel.flow";
            case ChannelMethod.FlowOk.ID -> "channel.flow-ok";
            case ChannelMethod.Close.ID -> "channel.close";
            case ChannelMethod.CloseOk.ID -> "channel.close-ok";
            case AccessMethod.Request.ID -> "access.request";
            case AccessMethod.RequestOk.ID -> "access.request-ok";
            case ExchangeMethod.Declare.ID -> "exchange.declare";
            case ExchangeMethod.DeclareOk.ID -> "exchange.declare-ok";
            case ExchangeMethod.Delete.ID -> "exchange.delete";
            case ExchangeMethod.DeleteOk.ID -> "exchange.delete-ok";
            case ExchangeMethod.Bind.ID -> "exchange.bind";
            case ExchangeMethod.BindOk.ID -> "exchange.bind-ok";
            case ExchangeMethod.Unbind.ID -> "exchange.unbind";
            case ExchangeMethod.UnbindOk.ID -> "exchange.unbind-ok";
            case QueueMethod.Declare.ID -> "queue.declare";
            case QueueMethod.DeclareOk.ID -> "queue.declare-ok";
            case QueueMethod.Bind.ID -> "queue.bind";
            case QueueMethod.BindOk.ID -> "queue.bind-ok";
            case QueueMethod.Purge.ID -> "queue.purge";
            case QueueMethod.PurgeOk.ID -> "queue.purge-ok";
            case QueueMethod.Delete.ID -> "queue.delete";
            case QueueMethod.DeleteOk.ID -> "queue.delete-ok";
            case QueueMethod.Unbind.ID -> "queue.unbind";
            case QueueMethod.UnbindOk.ID -> "queue.unbind-ok";
            default -> messagingName(id);
        };
    }

    private static String messagingName(int id) {
        return switch (id) {
            case BasicMethod.Qos.ID -> "basic.qos";
            case BasicMethod.QosOk.ID -> "basic.qos-ok";
            case BasicMethod.Consume.ID -> "basic.consume";
            case BasicMethod.ConsumeOk.ID -> "basic.consume-ok";
            case BasicMethod.Cancel.ID -> "basic.cancel";
            case BasicMethod.CancelOk.ID -> "basic.cancel-ok";
            case BasicMethod.Publish.ID -> "basic.publish";
            case BasicMethod.Return.ID -> "basic.return";
            case BasicMethod.Deliver.ID -> "basic.deliver";
            case BasicMethod.Get.ID -> "basic.get";
            case BasicMethod.GetOk.ID -> "basic.get-ok";
            case BasicMethod.GetEmpty.ID -> "basic.get-empty";
            case BasicMethod.Ack.ID -> "basic.ack";
            case BasicMethod.Reject.ID -> "basic.reject";
            case BasicMethod.RecoverAsync.ID -> "basic.recover-async";
            case BasicMethod.Recover.ID -> "basic.recover";
            case BasicMethod.RecoverOk.ID -> "basic.recover-ok";
            case BasicMethod.Nack.ID -> "basic.nack";
            case ConfirmMethod.Select.ID -> "confirm.select";
            case ConfirmMethod.SelectOk.ID -> "confirm.select-ok";
            case TxMethod.Select.ID -> "tx.select";
            case TxMethod.SelectOk.ID -> "tx.select-ok";
            case TxMethod.Commit.ID -> "tx.commit";
            case TxMethod.CommitOk.ID -> "tx.commit-ok";
            case TxMethod.Rollback.ID -> "tx.rollback";
            case TxMethod.RollbackOk.ID -> "tx.rollback-ok";
            default -> "class " + (id >>> 16) + " method " + (id & 0xFFFF);
        };
    }
}
